import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Picker, type Asker } from '../../../src/main/features/files/fetch/picker.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const [ada, bea, cyd]: Asker[] = [Symbol('ada'), Symbol('bea'), Symbol('cyd')]
if (ada === undefined || bea === undefined || cyd === undefined) throw new Error('three were made')

test('runs follow each other, skip what is here, and stay in their group', () => {
  const picker = new Picker(4_100, Uint8Array.of(0b0000_0110))
  expect(picker.take(ada, 8)).toEqual({ first: 0, count: 1 })
  expect(picker.take(bea, 8)).toEqual({ first: 3, count: 8 })
  const late = new Picker(4_100, new Uint8Array(512).fill(0xff))
  expect(late.take(ada, 8)).toEqual({ first: 4_096, count: 4 })
  const edge = new Picker(4_100, new Uint8Array(513).fill(0xff).fill(0, 511))
  expect(edge.take(ada, 16)).toEqual({ first: 4_088, count: 8 })
})

test('at the end what is slow is asked of a second, and of no third', () => {
  const picker = new Picker(4)
  expect(picker.take(ada, 4)).toEqual({ first: 0, count: 4 })
  expect(picker.take(ada, 4)).toBeNull()
  expect(picker.take(bea, 4)).toEqual({ first: 0, count: 4 })
  expect(picker.take(cyd, 4)).toBeNull()
  picker.release(ada)
  expect(picker.take(cyd, 4)).toEqual({ first: 0, count: 4 })
})

test('what one that is gone was asked for is asked again', () => {
  const picker = new Picker(16)
  picker.take(ada, 8)
  picker.mark(0)
  picker.release(ada)
  expect(picker.take(bea, 8)).toEqual({ first: 1, count: 8 })
  expect(picker.take(bea, 8)).toEqual({ first: 9, count: 7 })
})

test('whoever comes and goes, in the end all is here and nothing was marked twice', () => {
  const askers = [ada, bea, cyd]
  const step = fc.record({ who: fc.nat(2), what: fc.constantFrom('take', 'take', 'mark', 'mark', 'release', 'unmark'), most: fc.integer({ min: 1, max: 9 }) })
  const property = fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 80 }), (chunks, steps) => {
    const picker = new Picker(chunks)
    const owed = askers.map(() => new Set<number>())
    const here = new Set<number>()
    const take = (who: number, most: number): boolean => {
      const run = picker.take(askers[who] ?? ada, most)
      for (let at = 0; at < (run?.count ?? 0); at++) owed[who]?.add((run?.first ?? 0) + at)
      return run !== null
    }
    const mark = (who: number): void => {
      const [chunk] = owed[who] ?? []
      if (chunk === undefined) return
      owed[who]?.delete(chunk)
      expect(picker.mark(chunk)).toBe(!here.has(chunk))
      here.add(chunk)
    }
    for (const { who, what, most } of steps) {
      if (what === 'take') take(who, most)
      else if (what === 'mark') mark(who)
      else if (what === 'release') {
        owed[who]?.clear()
        picker.release(askers[who] ?? ada)
      } else {
        const [some] = here
        if (some !== undefined) picker.unmark(some)
        if (some !== undefined) here.delete(some)
      }
      expect(picker.doneCount).toBe(here.size)
    }
    for (const asker of askers) picker.release(asker)
    for (const one of owed) one.clear()
    for (let n = 0; n < 200 && !picker.isDone; n++) if (!take(0, 4)) mark(0)
    expect(picker.isDone).toBe(true)
  })
  fc.assert(property, { seed: SEED, numRuns: 500 })
})
