import { beforeEach, describe, expect, test } from 'vitest'
import { ExitStore } from '../../../src/main/features/exit/store.ts'
import type { ExitEvent } from '../../../src/main/features/exit/types.ts'
import { Uses, type UseOf } from '../../../src/main/features/exit/uses.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { DAY, SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const noon = new Date(2026, 0, 7, 12).getTime()
let clock: FakeClock
let database: Database
let told: ExitEvent[]
let uses: Uses

const made = (): Uses => new Uses({ clock, store: new ExitStore(database), tell: (event) => told.push(event) })
const peer = (n = 0): PeerId => PeerId.parse(`12D3KooW${'ABCDEFGHJK'[n]?.repeat(44)}`)
const of = (host: string, n = 0): UseOf => ({
  whose: 'theirs',
  account: AccountId.parse(`k51${'a'.repeat(59)}`),
  peerId: peer(n),
  called: 'Al',
  host,
  port: 443,
})

beforeEach(() => {
  clock = new FakeClock(noon)
  database = openMemoryDatabase()
  told = []
  uses = made()
})

describe('what goes through an exit', () => {
  test('is counted by host, while it is open and afterwards', async () => {
    let sentBytes = 0
    const close = uses.opened(of('a.example'), () => ({ sentBytes, receivedBytes: 2 * sentBytes }))
    sentBytes = 7
    expect(uses.list()).toMatchObject([{ host: 'a.example', connections: 1, open: 1, sentBytes: 7, receivedBytes: 14 }])
    sentBytes = 10
    close()
    close()
    expect(uses.list()).toMatchObject([{ connections: 1, open: 0, sentBytes: 10, receivedBytes: 20 }])
    uses.opened(of('a.example'), () => ({ sentBytes: 1, receivedBytes: 0 }))()
    expect(uses.list()).toMatchObject([{ connections: 2, open: 0, sentBytes: 11, receivedBytes: 20 }])
  })

  test('is told at most twice a second, however much moves, and not where nothing does', async () => {
    let sentBytes = 0
    uses.opened(of('a.example'), () => ({ sentBytes, receivedBytes: 0 }))
    for (let n = 0; n < 100; n++) {
      sentBytes += 65_536
      await clock.advance(10)
    }
    expect(told.length).toBeLessThanOrEqual(2)
    await clock.advance(1 * SECOND)
    const before = told.length
    await clock.advance(10 * SECOND)
    expect(told).toHaveLength(before)
    expect(told.at(-1)).toMatchObject({ event: 'use-changed', use: { sentBytes: 6_553_600 } })
  })

  test('is there after a restart, with nothing open', async () => {
    uses.opened(of('a.example'), () => ({ sentBytes: 5, receivedBytes: 6 }))
    uses.refused(of('b.example'))
    uses.stop()
    expect(made().list().toSorted((a, b) => (a.host < b.host ? -1 : 1))).toMatchObject([
      { host: 'a.example', open: 0, connections: 1, sentBytes: 5, receivedBytes: 6 },
      { host: 'b.example', refused: 1, connections: 0 },
    ])
  })

  test('of yesterday is forgotten, and what is open is counted anew', async () => {
    uses.refused(of('old.example'))
    let sentBytes = 100
    uses.opened(of('open.example'), () => ({ sentBytes, receivedBytes: 0 }))
    await clock.advance(1 * SECOND)
    clock.jump(DAY)
    expect(uses.list()).toMatchObject([{ host: 'open.example', connections: 1, open: 1, sentBytes: 0, refused: 0 }])
    expect(told.at(-1)).toEqual({ event: 'uses-cleared' })
    sentBytes = 130
    expect(uses.list()).toMatchObject([{ sentBytes: 30 }])
    uses.stop()
    clock.jump(DAY)
    expect(made().list()).toEqual([])
  })

  test('is forgotten when the person says so, in the database too', async () => {
    uses.refused(of('a.example'))
    uses.stop()
    uses.clear()
    expect(uses.list()).toEqual([])
    expect(made().list()).toEqual([])
  })

  test('of many hosts is put together for a device that has too many, and takes nothing from others', () => {
    uses.refused(of('kept.example', 1))
    for (let n = 0; n < 1_000; n++) uses.refused(of(`host-${n}.example`))
    const list = uses.list()
    expect(list.filter(({ peerId }) => peerId === peer(0)).length).toBeLessThanOrEqual(100)
    expect(list.reduce((sum, { refused }) => sum + refused, 0)).toBe(1_001)
    expect(list.find(({ host }) => host === 'kept.example')).toMatchObject({ refused: 1 })
    uses.stop()
    expect(made().list()).toHaveLength(list.length)
  })

  test('of ten devices is at most five hundred lines', () => {
    for (let n = 0; n < 100; n++) for (let who = 0; who < 10; who++) uses.refused(of(`host-${n}.example`, who))
    expect(uses.list().length).toBeLessThanOrEqual(500)
  })

  test('that cannot be read any more is left out', () => {
    uses.refused(of('a.example'))
    uses.refused(of('b.example'))
    uses.stop()
    database.prepare('UPDATE exit_uses SET record = ? WHERE host = ?').run('{"host":7}', 'a.example')
    expect(made().list()).toMatchObject([{ host: 'b.example' }])
  })
})
