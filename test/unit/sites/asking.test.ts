import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Gate } from '../../../src/main/features/sites/ask/gate.ts'
import { StreamPace } from '../../../src/main/features/sites/ask/pace.ts'
import { asObject, endToEnd, framingOf } from '../../../src/main/features/sites/headers.ts'
import { inPairs } from '../../../src/main/platform/http-message.ts'
import { MAX_PACED, MAX_STREAMS, MAX_STREAMS_OF_PEER, MAX_STREAMS_OF_STRANGERS, PACE_BURST, PACE_LONGEST_MS, PACE_PER_SECOND } from '../../../src/main/features/sites/limits.ts'
import { Places } from '../../../src/main/platform/places.ts'
import { Seats } from '../../../src/main/features/sites/seats.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SECOND } from '../../../src/shared/units.ts'

const never = new AbortController().signal

describe('a gate', () => {
  test('lets so many in, and the next in line when one leaves', async () => {
    const gate = new Gate(2)
    const [one] = [await gate.enter(never), await gate.enter(never)]
    const order: number[] = []
    const third = gate.enter(never).then((leave) => (order.push(3), leave))
    const fourth = gate.enter(never).then((leave) => (order.push(4), leave))
    expect(gate.waiting).toBe(2)
    one()
    one()
    const leave = await third
    expect([order, gate.waiting]).toEqual([[3], 1])
    leave()
    await fourth
    expect([order, gate.waiting]).toEqual([[3, 4], 0])
  })

  test('forgets whoever leaves the line', async () => {
    const gate = new Gate(1)
    const leave = await gate.enter(never)
    const gone = new AbortController()
    const waits = gate.enter(gone.signal)
    const next = gate.enter(never)
    gone.abort(new Error('gone'))
    await expect(waits).rejects.toThrow('gone')
    leave()
    await expect(next).resolves.toBeTypeOf('function')
    await expect(gate.enter(AbortSignal.abort(new Error('at once')))).rejects.toThrow('at once')
  })
})

describe('the pace of opening streams', () => {
  const peer = PeerId.parse('12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp')

  test('keeps below what the other door takes, over any minute', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 400 }), (gaps) => {
        const pace = new StreamPace()
        let nowMs = 0
        const opened: number[] = []
        for (const gap of gaps) {
          nowMs += gap
          const waitMs = pace.next(peer, nowMs)
          if (waitMs === null) continue
          expect(waitMs).toBeLessThanOrEqual(PACE_LONGEST_MS)
          opened.push(nowMs + waitMs)
        }
        const sorted = opened.toSorted((a, b) => a - b)
        for (const [i, at] of sorted.entries()) {
          const within = sorted.filter((other, j) => j >= i && other <= at + 10 * SECOND).length
          expect(within).toBeLessThanOrEqual(PACE_BURST + 10 * PACE_PER_SECOND + 1)
        }
      }),
      { numRuns: 50, verbose: true },
    )
  })

  test('forgets the device longest unused', () => {
    const pace = new StreamPace()
    for (let i = 0; i < PACE_BURST + 1; i++) pace.next(peer, 0)
    expect(pace.next(peer, 0)).toBeGreaterThan(0)
    for (let i = 0; i < MAX_PACED; i++) pace.next(`peer ${i}` as PeerId, 0)
    expect(pace.next(peer, 0)).toBe(0)
  })
})

test('strangers, however many, leave places to contacts', () => {
  const seats = new Seats()
  const someone = (i: number): PeerId => PeerId.parse(`12D3KooW${String(i).padStart(44, 'a').replaceAll('0', 'z')}`)
  const given = Array.from({ length: MAX_STREAMS }, (_, i) => seats.take(someone(Math.floor(i / MAX_STREAMS_OF_PEER)), false))
  expect(given.filter((one) => one !== null)).toHaveLength(MAX_STREAMS_OF_STRANGERS)
  const friend = someone(999)
  const mine = Array.from({ length: MAX_STREAMS_OF_PEER + 1 }, () => seats.take(friend, true))
  expect(mine.filter((one) => one !== null)).toHaveLength(MAX_STREAMS_OF_PEER)
  for (const giveBack of [...given, ...mine]) {
    giveBack?.()
    giveBack?.()
  }
  expect(Array.from({ length: MAX_STREAMS_OF_PEER }, () => seats.take(friend, false)).every((one) => one !== null)).toBe(true)
})

test('places are given back once', () => {
  const places = new Places<string>({ each: 1 })
  const give = places.take('a')
  expect([places.take('a'), places.take('b')]).toEqual([null, expect.any(Function)])
  give?.()
  give?.()
  expect(places.take('a')).not.toBeNull()
  expect(places.take('a')).toBeNull()
})

describe('headers', () => {
  test('of one connection go no further, also those that it names itself', () => {
    const list = inPairs(['Connection', 'close, X-Own', 'X-Own', '1', 'Keep-Alive', 'x', 'Transfer-Encoding', 'chunked', 'Content-Length', '5', 'Upgrade', 'h2c', 'X-Kept', '2', 'Cookie', 'a'])
    expect(endToEnd(list)).toEqual([['X-Kept', '2'], ['Cookie', 'a']])
  })

  test('that come twice are kept, and cookies are one line', () => {
    expect(asObject([['Cookie', 'a=1'], ['X', '1'], ['cookie', 'b=2'], ['x', '2'], ['__proto__', 'evil'], ['constructor', 'evil']])).toEqual(
      Object.defineProperty({ Cookie: 'a=1; b=2', X: ['1', '2'], constructor: 'evil' }, '__proto__', { value: 'evil', enumerable: true }),
    )
  })

  test.each([
    [{}, 'none'],
    [{ 'content-length': '12' }, 'length'],
    [{ 'content-length': '12, 12' }, 'refused'],
    [{ 'content-length': '-1' }, 'refused'],
    [{ 'content-length': '9'.repeat(16) }, 'refused'],
    [{ 'transfer-encoding': 'Chunked' }, 'chunks'],
    [{ 'transfer-encoding': 'gzip, chunked' }, 'refused'],
    [{ 'transfer-encoding': 'chunked', 'content-length': '5' }, 'refused'],
    [{ 'transfer-encoding': 'identity' }, 'refused'],
  ])('%j frame a body by %s', (headers, kind) => {
    expect(framingOf(headers).kind).toBe(kind)
  })
})
