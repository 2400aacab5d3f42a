import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_REFUSED_WAIT_MS, LONGEST_WAIT_MS, SPREAD_MS } from '../../../src/main/features/reach/limits.ts'
import {
  reconnectWaitMs,
  refusedWaitMs,
  renewAfterMs,
  upgradeWaitMs,
} from '../../../src/main/features/reach/schedule.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

/** Chance that comes out the same in every run: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function perSecond(timesMs: readonly number[]): number[] {
  const counts: number[] = []
  for (const timeMs of timesMs) {
    const second = Math.floor(timeMs / SECOND)
    counts[second] = (counts[second] ?? 0) + 1
  }
  return Array.from(counts, (count) => count ?? 0)
}

test('200 peers of a restarted introducer come back evenly over five seconds', () => {
  const random = seeded(1)
  const counts = perSecond(Array.from({ length: 200 }, () => reconnectWaitMs(0, random())))
  expect(counts).toHaveLength(5)
  // 40 in a second on average; 60 would be three standard deviations.
  for (const count of counts) expect(count).toBeLessThan(60)
})

test('200 peers of an introducer that needs 20 s to restart are all back within 40 s more, and never in a herd', () => {
  const random = seeded(2)
  const backMs = 20 * SECOND
  const tries: number[] = []
  const arrivals = Array.from({ length: 200 }, () => {
    let atMs = reconnectWaitMs(0, random())
    for (let failures = 1; ; failures += 1) {
      tries.push(atMs)
      if (atMs >= backMs) return atMs
      atMs += reconnectWaitMs(failures, random())
    }
  })
  expect(Math.max(...arrivals)).toBeLessThan(backMs + 40 * SECOND)
  for (const count of perSecond(tries)) expect(count).toBeLessThan(60)
})

test('after each failure in a row the wait doubles, up to five minutes', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => reconnectWaitMs(failures, 0.999_999))
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * SECOND))
})

test('no wait is negative or longer than its bound, whatever chance says', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1, max: 10_000 }), chance, (times, random) => {
      expect(reconnectWaitMs(times, random)).toBeGreaterThanOrEqual(times <= 0 ? 0 : SPREAD_MS)
      expect(reconnectWaitMs(times, random)).toBeLessThanOrEqual(LONGEST_WAIT_MS)
      expect(refusedWaitMs(times, random)).toBeGreaterThan(0)
      expect(refusedWaitMs(times, random)).toBeLessThanOrEqual(LONGEST_REFUSED_WAIT_MS * 1.2)
      expect(renewAfterMs(times, random)).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('what is held is renewed at two thirds of its life, or a little before', () => {
  expect(renewAfterMs(HOUR, 0)).toBe(40 * MINUTE)
  expect(renewAfterMs(HOUR, 0.999_999)).toBe(36 * MINUTE)
  expect(renewAfterMs(-HOUR, 0)).toBe(0)
})

test('tries to leave the relay come after 5 s, 30 s, 2 min, and then every 10 min', () => {
  const waits = [0, 1, 2, 3, 4, 100].map((round) => upgradeWaitMs(round, 0.5))
  expect(waits).toEqual([5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE, 10 * MINUTE])
  expect(upgradeWaitMs(0, 0)).toBe(4 * SECOND)
  expect(upgradeWaitMs(0, 0.999_999)).toBe(6 * SECOND)
})
