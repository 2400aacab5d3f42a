import { expect, test } from 'vitest'
import { Rate } from '../../../src/main/node/rate.ts'

test('a rate gives so many at once, then so many a second, and never more than the burst', () => {
  const rate = new Rate(3, 2, 0)
  const takenAt = (nowMs: number): number => {
    let taken = 0
    while (rate.take(nowMs) === 'taken') taken += 1
    return taken
  }
  expect([takenAt(0), takenAt(500), takenAt(1_500), takenAt(100_000)]).toEqual([3, 1, 2, 3])
})
