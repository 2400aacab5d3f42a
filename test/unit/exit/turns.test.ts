import { beforeEach, expect, test } from 'vitest'
import { MAX_STREAMS_TO_EXIT, MAX_WAITING, PACE_BURST, TURN_TIMEOUT_MS } from '../../../src/main/features/exit/limits.ts'
import { Turns } from '../../../src/main/features/exit/turns.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const peer = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
const other = PeerId.parse(`12D3KooW${'B'.repeat(44)}`)
let clock: FakeClock
let turns: Turns

beforeEach(() => {
  clock = new FakeClock()
  turns = new Turns(clock)
})

const many = (count: number): Promise<(() => void)[]> => Promise.all(Array.from({ length: count }, () => turns.take(peer)))
const code = (made: Promise<unknown>): Promise<unknown> => made.then(() => 'taken', (error: { code?: string }) => error.code)

test('as many as may be open at once are; the next waits until one is given back, and only that', async () => {
  const taken = await many(MAX_STREAMS_TO_EXIT)
  let isTaken = false
  const next = turns.take(peer).then((giveBack) => ((isTaken = true), giveBack))
  await clock.advance(1 * SECOND)
  expect(isTaken).toBe(false)
  await turns.take(other)
  taken[0]?.()
  taken[0]?.()
  await next
  expect(await Promise.race([code(turns.take(peer)), clock.advance(1).then(() => 'waits')])).toBe('waits')
})

test('after a burst they come as fast as the other door takes them', async () => {
  for (let n = 0; n < PACE_BURST; n++) (await turns.take(peer))()
  let count = 0
  for (let n = 0; n < 8; n++) void turns.take(peer).then((giveBack) => (count++, giveBack()))
  await clock.advance(0)
  expect(count).toBe(0)
  await clock.advance(1 * SECOND)
  expect(count).toBe(4)
  await clock.advance(1 * SECOND)
  expect(count).toBe(8)
})

test('whoever waits too long, or behind too many, hears that it is busy', async () => {
  await many(MAX_STREAMS_TO_EXIT)
  const waiting = Array.from({ length: MAX_WAITING }, () => code(turns.take(peer)))
  expect(await code(turns.take(peer))).toBe('busy')
  await clock.advance(TURN_TIMEOUT_MS)
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['busy']))
})

test('whoever gives up waits no more, and takes no place', async () => {
  const [first] = await many(MAX_STREAMS_TO_EXIT)
  const giving = new AbortController()
  const given = turns.take(peer, giving.signal)
  giving.abort(new Error('closed the tab'))
  await expect(given).rejects.toThrow('closed the tab')
  first?.()
  await turns.take(peer)
})
