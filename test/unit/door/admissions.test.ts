import { beforeEach, describe, expect, test } from 'vitest'
import { anyMatch, nothingMore } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE, MiB, SECOND } from '../../../src/shared/units.ts'
import { LOG_TOGETHER_MS } from '../../../src/main/features/door/limits.ts'
import { follow } from '../../../src/main/platform/feed.ts'
import { eventually } from '../../helpers/eventually.ts'
import { lets } from './asks.ts'
import { Street, type House } from './street.ts'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const anyone = { who: { kind: 'anyone' }, verdict: 'allow' } as const
const isApart = (): boolean => street.seen(al, bea).connection === ''

describe('a request that is named inside a stream', () => {
  test('is decided by what exactly it asks for, and written down with it', async () => {
    bea.contacts.add(al.account)
    expect(await lets(bea, al, 'file', { name: 'a.png', bytes: MiB })).toBe('allow')
    expect(await lets(bea, al, 'file', { name: 'b.mkv', bytes: 900 * MiB })).toBe('knock-first')
    expect(bea.door.log({ capability: 'file' }, undefined, 10)).toMatchObject([
      { verdict: 'ask', facts: { contact: true, route: 'local', about: { name: 'b.mkv', bytes: 900 * MiB } } },
      { verdict: 'allow', facts: { contact: true, about: { name: 'a.png', bytes: MiB, path: null } } },
    ])
  })

  test('is written down in words that can be read, whatever it was', async () => {
    bea.door.addRule({ ...anyone, capability: 'visit' }, 'person')
    const paths = ['/a\u001b[2Jb', '/\u202eexe.txt', '/a\nb\u2028c', '/\ud800', `/${'a'.repeat(100_000)}`, `/${'\u{1f600}'.repeat(300)}`]
    for (const path of paths) await lets(bea, al, 'visit', { path, name: 'x'.repeat(1_000) })
    const lines = bea.door.log({ capability: 'visit' }, undefined, 10).toReversed().map(({ facts }) => facts?.about)
    const written = lines.map((about) => about?.path ?? '')
    expect(written.slice(0, 4)).toEqual(['/a\ufffd[2Jb', '/\ufffdexe.txt', '/a\ufffdb\ufffdc', '/\ufffd'])
    expect(written.slice(4).map((path) => [path.length <= 512, path.at(-1), path.isWellFormed()])).toEqual([[true, '…', true], [true, '…', true]])
    expect(new Set(lines.map((about) => about?.name))).toEqual(new Set([`${'x'.repeat(254)}…`]))
    expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole', decisions: paths.length })
  })

  test('is written down with all else that a page asks for, in one write, and read before that at once', async () => {
    bea.door.addRule({ ...anyone, capability: 'visit' }, 'person')
    const written = (): number => bea.database.prepare<[], { lines: number }>('SELECT count(*) AS lines FROM door_log').get()?.lines ?? 0
    const before = written()
    const seen: string[] = []
    void follow(() => bea.door.watch(), (item) => void (item.kind === 'event' && seen.push(item.event.event)))
    for (let part = 0; part < 50; part++) await lets(bea, al, 'visit', { path: `/part/${part}` })
    expect(written()).toBe(before)
    await street.clock.advance(LOG_TOGETHER_MS)
    expect(written()).toBe(before + 50)
    expect(seen.filter((event) => event === 'decided')).toHaveLength(50)

    await lets(bea, al, 'visit', { path: '/another' })
    expect(bea.door.log({ capability: 'visit' }, undefined, 100)).toHaveLength(51)
    // What comes after it stands after it.
    await lets(bea, al, 'visit', { path: '/last' })
    await lets(bea, al, 'relay')
    expect(bea.door.log({}, undefined, 2).map(({ capability }) => capability)).toEqual(['relay', 'visit'])
    await lets(bea, al, 'visit', { path: '/before the end' })
    await bea.door.stop()
    expect(written()).toBe(before + 54)
    expect(await bea.door.verifyLog()).toMatchObject({ outcome: 'whole', decisions: 54 })
  })

  test('that uses up a rule for once, or is counted by one, is written down at once', async () => {
    bea.door.addRule({ ...anyone, capability: 'visit', match: { ...anyMatch, perHour: 2 } }, 'person')
    expect(await lets(bea, al, 'visit', { path: '/a' })).toBe('allow')
    expect(await lets(bea, al, 'visit', { path: '/b' })).toBe('allow')
    expect(await lets(bea, al, 'visit', { path: '/c' })).not.toBe('allow')
  })

  test('of somebody who proves nothing is written down no other', async () => {
    al.isProven = false
    await lets(bea, al, 'visit', { path: `/\u001b${'a'.repeat(1_000)}` })
    const [line] = bea.door.log({ capability: 'visit' }, undefined, 10)
    expect(line?.facts?.about.path).toMatch(/^\/\ufffda{509}…$/)
  })

  test('uses an allowance for once up, for that connection', async () => {
    bea.door.addRule({ ...anyone, capability: 'visit', until: { kind: 'once' } }, 'person')
    expect(await lets(bea, al, 'visit', { path: '/a' })).toBe('allow')
    expect(await lets(bea, al, 'visit', { path: '/b' })).toBe('allow')
    const cem = await street.house('Cem')
    expect(await lets(bea, cem, 'visit', { path: '/a' })).toBe('knock-first')
  })

  test('is refused to who proves nothing, and to who is denied or ignored', async () => {
    bea.door.addRule({ ...anyone, capability: 'visit', verdict: 'deny' }, 'person')
    bea.door.addRule({ ...anyone, capability: 'relay', verdict: 'ignore' }, 'person')
    expect([await lets(bea, al, 'visit'), await lets(bea, al, 'relay')]).toEqual(['denied', 'silent'])
    al.isProven = false
    expect(await lets(bea, al, 'lookup')).toBe('unproven')
    const [line] = bea.door.log({}, undefined, 1)
    expect(line).toMatchObject({ account: null, facts: { contact: false, route: 'local' } })
  })

  test('does not count against the rate of streams, which was paid when the stream was opened', async () => {
    for (let n = 0; n < 300; n++) expect(await lets(bea, al, 'lookup')).toBe('allow')
    expect(bea.door.standing(al.peerId)).toMatchObject({ score: 100, rates: [] })
  })

  test('whose proof comes after its connection closed is refused', async () => {
    bea.door.addRule({ ...anyone, capability: 'visit', until: { kind: 'once' } }, 'person')
    street.connect(al, bea.peerId)
    const seen = street.seen(al, bea)
    al.isProven = false
    const hello = Promise.withResolvers<void>()
    bea.hello = hello.promise
    const admission = bea.door.admits('visit', seen, nothingMore, new AbortController().signal)
    street.disconnect(al, bea)
    al.isProven = true
    hello.resolve()
    expect(await admission).toMatchObject({ verdict: 'refuse', code: 'silent' })
    expect(bea.door.rules()).toMatchObject([{ until: { kind: 'once' }, hits: 0 }])
  })

  test('that nobody waits for any more is refused', async () => {
    al.isProven = false
    const stop = new AbortController()
    const hello = Promise.withResolvers<void>()
    bea.hello = hello.promise
    street.connect(al, bea.peerId)
    const admission = bea.door.admits('lookup', street.seen(al, bea), nothingMore, stop.signal)
    stop.abort(new Error('the stream is over'))
    hello.resolve()
    expect(await admission).toMatchObject({ verdict: 'refuse' })
  })

  test('ends, with its connection, when a rule for just that is taken away', async () => {
    const match = { ...anyMatch, path: '/a' }
    const [a, rest] = [
      bea.door.addRule({ ...anyone, capability: 'visit', match }, 'person'),
      bea.door.addRule({ ...anyone, capability: 'visit', match: { ...match, path: '/b' } }, 'person'),
    ]
    expect(await lets(bea, al, 'visit', { path: '/a/1' })).toBe('allow')
    expect(await lets(bea, al, 'visit', { path: '/b/1' })).toBe('allow')
    bea.door.addRule({ ...anyone, capability: 'relay' }, 'person')
    await new Promise((resolve) => setImmediate(resolve))
    expect(isApart()).toBe(false)
    bea.door.removeRule(a.id)
    await eventually('the connection is closed', isApart)
    expect(rest.enabled).toBe(true)
  })
})

describe('whose conduct', () => {
  test('was bad is told when it is good again, and it is by then', async () => {
    bea.door.offence(al.peerId, 'nonsense', 50)
    const { goodAtMs, standing } = bea.door.standing(al.peerId)
    expect([standing, goodAtMs]).toEqual(['throttled', street.clock.nowMs() + 20 * MINUTE])
    await street.clock.advance(19 * MINUTE)
    expect(bea.door.standing(al.peerId).standing).toBe('throttled')
    await street.clock.advance(MINUTE)
    expect(bea.door.standing(al.peerId)).toMatchObject({ standing: 'good', goodAtMs: null, score: 70 })
  })

  test('led to a ban is good again when the ban is over and enough has healed', async () => {
    bea.door.offence(al.peerId, 'forged', 100)
    const { goodAtMs } = bea.door.standing(al.peerId)
    expect(goodAtMs).toBe(street.clock.nowMs() + 70 * MINUTE)
    await street.clock.advance(HOUR)
    expect(bea.door.standing(al.peerId).standing).toBe('throttled')
    await street.clock.advance(10 * MINUTE)
    expect(bea.door.standing(al.peerId)).toMatchObject({ standing: 'good', goodAtMs: null })
  })

  test('shows what is left of each protocol that was used lately, and forgets it', async () => {
    const guard = bea.door.guard('contact', '/latch/chat/1.0.0')
    const open = bea.door.openToStrangers('it is open', '/latch/hello/1.0.0')
    street.connect(al, bea.peerId)
    const seen = street.seen(al, bea)
    for (let n = 0; n < 10; n++) await guard(seen, new AbortController().signal)
    await open(seen, new AbortController().signal)
    expect(bea.door.standing(al.peerId).rates).toEqual([
      { protocol: '/latch/chat/1.0.0', left: 50, burst: 60, perSecond: 5 },
      { protocol: '/latch/hello/1.0.0', left: 59, burst: 60, perSecond: 5 },
    ])
    expect(bea.door.standing(bea.peerId).rates).toEqual([])
    await street.clock.advance(SECOND)
    expect(bea.door.standing(al.peerId).rates).toMatchObject([{ protocol: '/latch/chat/1.0.0', left: 55 }])
    await street.clock.advance(SECOND)
    expect(bea.door.standing(al.peerId).rates).toEqual([])
  })

  test('is throttled pays four times for each stream, and sees so', async () => {
    const open = bea.door.openToStrangers('it is open', '/latch/hello/1.0.0')
    street.connect(al, bea.peerId)
    bea.door.offence(al.peerId, 'nonsense', 40)
    await open(street.seen(al, bea), new AbortController().signal)
    expect(bea.door.standing(al.peerId).rates).toEqual([
      { protocol: '/latch/hello/1.0.0', left: 14, burst: 15, perSecond: 1.25 },
    ])
  })
})

describe('a banned peer is told nothing', () => {
  const silent = { verdict: 'refuse', code: 'silent' }

  test('on any protocol, whatever rules say', async () => {
    bea.door.addRule({ ...anyone, capability: 'anything' }, 'person')
    bea.contacts.add(al.account)
    street.connect(al, bea.peerId)
    const seen = street.seen(al, bea)
    bea.door.offence(al.peerId, 'forged', 100)
    const { signal } = new AbortController()
    const guards = [
      bea.door.guard('contact'),
      bea.door.guard('relay'),
      bea.door.openToStrangers('it is the door'),
      bea.door.openToStrangers('who somebody is'),
    ]
    for (const guard of guards) expect(await guard(seen, signal)).toMatchObject(silent)
    expect(bea.door.admitsNow('relay', seen)).toMatchObject(silent)
    expect(await bea.door.admits('lookup', seen, nothingMore, signal)).toMatchObject(silent)
  })

  test('nor is it written down each time, and its connection is refused before it is one', async () => {
    bea.door.offence(al.peerId, 'forged', 100)
    expect(bea.door.admitsConnection(al.peerId)).toBe(false)
    expect((await al.door.knock({ peerId: bea.peerId }, 'contact', '')).state).toBe('unreachable')
    expect(bea.door.log({}, undefined, 10)).toEqual([])
    await street.clock.advance(HOUR)
    expect(bea.door.admitsConnection(al.peerId)).toBe(true)
  })
})
