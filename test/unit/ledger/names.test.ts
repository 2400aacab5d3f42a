import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkName, phaseOf, skeletonOf } from '../../../src/main/features/ledger/names.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'

const looks = (one: string, other: string): boolean => skeletonOf(one) === skeletonOf(other)

test.each([
  ['al', 'A name has at least 3 characters.'],
  ['a'.repeat(64), 'A name has at most 63 characters.'],
  ['Alice', 'Names are written in small letters.'],
  ['al.ice', 'A name is made of the letters a to z, digits and hyphens.'],
  ['аlice', 'A name is made of the letters a to z, digits and hyphens.'],
  ['alice\u200d', 'A name is made of the letters a to z, digits and hyphens.'],
  ['ali ce', 'A name is made of the letters a to z, digits and hyphens.'],
  ['-alice', 'A name neither begins nor ends with a hyphen.'],
  ['alice-', 'A name neither begins nor ends with a hyphen.'],
  ['xn--80ak6aa92e', 'A name has no two hyphens as its third and fourth characters.'],
])('%j is no name, and one sentence says why', (name, why) => {
  expect(checkName(name)).toEqual({ outcome: 'refused', why })
})

test.each(['abc', 'a-c', '007', 'a--c', 'z'.repeat(63)])('%s is a name', (name) => {
  expect(checkName(name)).toEqual({ outcome: 'valid' })
})

test('what the ledger takes as a name is what the model calls a label', () => {
  const nameish = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '0', '1', '9', '-', 'A', '.', 'é'), minLength: 1, maxLength: 66 })
  fc.assert(
    fc.property(nameish, (text) => {
      expect(checkName(text).outcome === 'valid').toBe(NameLabel.safeParse(text).success)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['google', 'g00gle'],
  ['alice', 'a1ice'],
  ['alice', 'allce'],
  ['modern', 'rnodern'],
  ['wave', 'vvave'],
  ['alice', 'al-ice'],
  ['a-lice', 'alice'],
  ['zoe5', '2oes'],
  ['bob', '8o8'],
  ['queen', 'gueen'],
  ['mill', 'rn1i1'],
])('%s and %s look alike', (one, other) => {
  expect(looks(one, other)).toBe(true)
})

test.each([
  ['alice', 'alicia'],
  ['dan', 'clan'],
  ['bob', 'rob'],
  ['uwe', 'vve-u'],
  ['nan', 'man'],
])('%s and %s do not', (one, other) => {
  expect(looks(one, other)).toBe(false)
})

test('a skeleton is that of its parts, of itself, and never empty', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$/)
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(skeletonOf(one + other)).toBe(skeletonOf(one) + skeletonOf(other))
      expect(skeletonOf(skeletonOf(one))).toBe(skeletonOf(one))
      expect(skeletonOf(one)).not.toBe('')
    }),
  )
})

test('a name lives, ends, waits for its owner, and is free', () => {
  const rules = { endingMs: 10, graceMs: 5 }
  const phases = [0, 89, 90, 99, 100, 104, 105].map((nowMs) => phaseOf(100, nowMs, rules))
  expect(phases).toEqual(['living', 'living', 'ending', 'ending', 'grace', 'grace', 'free'])
})
