import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Recycled } from '../../../src/main/platform/recycled.ts'

const LARGE = 40_000

test('memory that was brought back is given to the next', () => {
  const rooms = new Recycled()
  const first = rooms.take(LARGE)
  rooms.giveBack(first)
  const next = rooms.take(65_000)
  expect(next.buffer).toBe(first.buffer)
  expect(next.byteLength).toBe(65_000)
})

test('what is small, or larger than there is room, is memory of its own', () => {
  const rooms = new Recycled()
  for (const bytes of [1, 100, 16_383, 65_537]) {
    const one = rooms.take(bytes)
    expect(one.byteLength).toBe(bytes)
    rooms.giveBack(one)
    expect(rooms.take(bytes).buffer === one.buffer && rooms.take(bytes).byteOffset === one.byteOffset).toBe(false)
  }
})

test('a part of it, what was brought back already, and what is from elsewhere are not taken', () => {
  const rooms = new Recycled()
  const one = rooms.take(LARGE)
  rooms.giveBack(one.subarray(0, LARGE - 1))
  rooms.giveBack(new Uint8Array(LARGE))
  expect(rooms.take(LARGE).buffer).not.toBe(one.buffer)
  rooms.giveBack(one)
  rooms.giveBack(one)
  const [second, third] = [rooms.take(LARGE), rooms.take(LARGE)]
  expect(second.buffer).toBe(one.buffer)
  expect(third.buffer).not.toBe(one.buffer)
})

test('never do two have the same memory at once, and no more lies idle than 4 MiB', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 300 }), { maxLength: 400 }), (steps) => {
      const rooms = new Recycled()
      const held: Uint8Array[] = []
      for (const step of steps) {
        const back = step % 3 === 0 ? held.splice(step % Math.max(1, held.length), 1)[0] : undefined
        if (back !== undefined) rooms.giveBack(back)
        else held.push(rooms.take(20_000 + step))
        expect(new Set(held.map(({ buffer }) => buffer)).size).toBe(held.length)
      }
    }),
  )
  const rooms = new Recycled()
  const all = Array.from({ length: 100 }, () => rooms.take(LARGE))
  for (const one of all) rooms.giveBack(one)
  const before = new Set<ArrayBufferLike>(all.map(({ buffer }) => buffer))
  const again = Array.from({ length: 100 }, () => rooms.take(LARGE))
  expect(again.filter(({ buffer }) => before.has(buffer))).toHaveLength(64)
})
