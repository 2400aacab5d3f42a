import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Buckets } from '../../../src/main/features/door/buckets.ts'
import { PEER_BURST, PEER_PER_SECOND } from '../../../src/main/features/door/limits.ts'
import { PACE_BURST, PACE_LONGEST_MS, PACE_PER_SECOND } from '../../../src/main/features/apps/limits.ts'
import { Pace } from '../../../src/main/features/apps/pace.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const peer = (letter: string): PeerId => PeerId.parse(`12D3KooW${letter.repeat(44)}`)
const bea = peer('B')

test('so many requests go at once, the next wait their turn, and too many are refused', () => {
  const pace = new Pace()
  const waits = Array.from({ length: 200 }, () => pace.take(bea, 0))
  expect(waits.slice(0, PACE_BURST)).toEqual(Array.from({ length: PACE_BURST }, () => 0))
  expect(waits[PACE_BURST]).toBe(1_000 / PACE_PER_SECOND)
  const taken = waits.filter((wait) => wait !== null)
  expect(taken).toHaveLength(PACE_BURST + (PACE_LONGEST_MS / 1_000) * PACE_PER_SECOND)
  expect(pace.take(peer('C'), 0)).toBe(0)
  expect(pace.take(bea, 60_000)).toBe(0)
})

test('who keeps the pace is never above the rate of the other door', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 100, maxLength: 400 }), (gaps) => {
      const pace = new Pace()
      const door = new Buckets({ burst: PEER_BURST, perSecond: PEER_PER_SECOND })
      const arrivals: number[] = []
      let nowMs = 0
      for (const gapMs of gaps) {
        nowMs += gapMs < 1_500 ? 0 : gapMs
        const waitMs = pace.take(bea, nowMs)
        if (waitMs !== null) arrivals.push(nowMs + waitMs)
      }
      for (const atMs of arrivals.toSorted((a, b) => a - b)) expect(door.take(bea, atMs, 1)).not.toBe('empty')
    }),
  )
})
