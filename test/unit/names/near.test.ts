import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distanceOf, nearest } from '../../../src/main/features/names/near.ts'

const place = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('the nearest of many are those that come first where all are sorted by distance, whoever was first among equals', () => {
  fc.assert(
    fc.property(place, fc.array(fc.oneof(place, fc.constant(new Uint8Array(32))), { maxLength: 60 }), fc.nat(70), (at, places, count) => {
      const peers = places.map((one, index) => ({ one, index }))
      const sorted = peers.toSorted((a, b) => Buffer.compare(distanceOf(at, a.one), distanceOf(at, b.one)))
      expect(nearest(at, peers, ({ one }) => one, count)).toEqual(sorted.slice(0, count))
    }),
    { numRuns: 300 },
  )
})
