import { expect, test } from 'vitest'
import { slept, waitMs } from '../../../src/main/features/peers/schedule.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'

test('waits double from one second to five minutes', () => {
  const longest = [1, 2, 3, 4, 9, 10, 1000].map((failures) => waitMs(failures, 1))
  expect(longest).toEqual([1, 2, 4, 8, 256, 300, 300].map((seconds) => seconds * SECOND))
})

test('a wait is a random half to whole of its ceiling', () => {
  expect(waitMs(3, 0)).toBe(2 * SECOND)
  expect(waitMs(3, 0.5)).toBe(3 * SECOND)
  expect(waitMs(50, 0)).toBe(2.5 * MINUTE)
})

test('a machine that slept is noticed where the monotonic clock stands still, and where the look comes late', () => {
  const before = { wallMs: 1_000_000, monotonicMs: 5_000 }
  expect(slept(before, { wallMs: 1_005_000, monotonicMs: 10_000 })).toBe(false)
  expect(slept(before, { wallMs: 1_012_000, monotonicMs: 12_000 })).toBe(false)
  expect(slept(before, { wallMs: 4_600_000, monotonicMs: 10_000 })).toBe(true)
  expect(slept(before, { wallMs: 4_600_000, monotonicMs: 3_605_000 })).toBe(true)
})

test('a clock that is set back is no sleep', () => {
  expect(slept({ wallMs: 1_000_000, monotonicMs: 0 }, { wallMs: 1_000, monotonicMs: 5_000 })).toBe(false)
})
