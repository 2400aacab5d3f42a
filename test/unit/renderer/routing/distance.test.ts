import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitsBetween, halvings, MOST_HALVINGS, onLine, radiusAt, reach, roomAt } from '../../../../src/renderer/features/routing/distance.ts'

const SEED = 7_301
const runs = { seed: SEED, numRuns: 500 }
const place = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map((number) => number.toString(16).padStart(64, '0'))
const number = (text: string): bigint => BigInt(`0x${text}`)

test('as many bits in common as the XOR of two places has leading zeros', () => {
  fc.assert(
    fc.property(place, place, (one, other) => {
      const distance = number(one) ^ number(other)
      expect(bitsBetween(one, other)).toBe(distance === 0n ? 256 : 256 - distance.toString(2).length)
    }),
    runs,
  )
})

test('places that begin alike are told apart as far as they go', () => {
  fc.assert(
    fc.property(place, place, (one, other) => {
      for (const alike of [1, 17, 40, 62, 64]) {
        const near = one.slice(0, alike) + other.slice(alike)
        const bits = bitsBetween(one, near)
        const turns = halvings(one, near)
        expect(bits).toBeGreaterThanOrEqual(4 * alike)
        // So many whole turns, and a part of the next.
        expect(turns).toBeGreaterThanOrEqual(bits - 1e-9)
        expect(turns).toBeLessThanOrEqual(bits + 1 + 1e-9)
      }
    }),
    runs,
  )
})

test('half as far is one turn more', () => {
  const here = '0'.repeat(64)
  const far = (bit: number): string => (1n << BigInt(255 - bit)).toString(16).padStart(64, '0')
  for (const bit of [0, 1, 2, 7, 8, 100, 255]) {
    expect(halvings(here, far(bit))).toBe(bit + 1)
    expect(bitsBetween(here, far(bit))).toBe(bit)
  }
  expect(halvings(here, here)).toBe(256)
})

test('the same distance is always at the same point, nearer is further in, and nothing is beyond the ends', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 300, noNaN: true }), fc.double({ min: 0, max: 300, noNaN: true }), (a, b) => {
      const [out, inside] = a < b ? [a, b] : [b, a]
      expect(radiusAt(inside)).toBeLessThanOrEqual(radiusAt(out))
      expect(roomAt(a)).toBeGreaterThanOrEqual(0)
      const { x, y } = onLine(a)
      expect(Math.hypot(x, y)).toBeCloseTo(radiusAt(a), 9)
      expect(Math.hypot(x, y)).toBeLessThanOrEqual(1)
    }),
    runs,
  )
  expect(onLine(MOST_HALVINGS + 9)).toEqual(onLine(MOST_HALVINGS))
})

test('a whole number of turns ends above this device, and the line stays within its reach', () => {
  for (const turns of [0, 1, 2, 5]) expect(Math.abs(onLine(turns).x)).toBeLessThan(1e-9)
  expect(reach.left).toBeLessThan(reach.right)
  expect(reach.bottom).toBeLessThan(reach.top)
})
