import { expect, test } from 'vitest'
import { Buckets } from '../../../src/main/features/square/buckets.ts'

test('a bucket gives its burst at once, then one each interval, and says how long until then', () => {
  const buckets = new Buckets<string>(3, 3_000, 10)
  expect([0, 0, 0, 0].map((nowMs) => buckets.take('ada', nowMs))).toEqual([0, 0, 0, 3_000])
  expect(buckets.take('ada', 2_000)).toBe(1_000)
  expect(buckets.take('ada', 3_000)).toBe(0)
  expect(buckets.take('ada', 3_000)).toBe(3_000)
  expect(buckets.take('ben', 3_000)).toBe(0)
  expect([60_000, 60_000, 60_000, 60_000].map((nowMs) => buckets.take('ada', nowMs))).toEqual([0, 0, 0, 3_000])
})

test('of too many, whoever was heard longest ago is forgotten', () => {
  const buckets = new Buckets<number>(1, 1_000, 2)
  for (const key of [1, 2, 1, 3]) buckets.take(key, 0)
  expect(buckets.take(1, 0)).toBe(1_000)
  expect(buckets.take(2, 0)).toBe(0)
  buckets.forget(1)
  expect(buckets.take(1, 0)).toBe(0)
})
