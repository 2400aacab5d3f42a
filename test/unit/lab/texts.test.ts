import { expect, test } from 'vitest'
import { judge, textOf } from '../../lab/texts.ts'

const batch = { label: 'large', count: 5, bytes: 16_384 }
const whole = Array.from({ length: 5 }, (_, index) => textOf(batch, index))

test('a text has exactly its bytes, is the same again, and no other has it', () => {
  for (const text of whole) expect(new TextEncoder().encode(text).byteLength).toBe(16_384)
  expect(textOf(batch, 3)).toBe(whole[3])
  expect(new Set(whole).size).toBe(5)
  expect(textOf({ ...batch, bytes: 12 }, 1)).toHaveLength(12)
})

test('what arrived whole and in order is whole, whatever else was said in between', () => {
  expect(judge(batch, ['hello', ...whole.slice(0, 2), 'larger 0 x', ...whole.slice(2)])).toEqual({ outcome: 'whole' })
})

test.each([
  ['is missing', whole.slice(1), '1 missing, 0 doubled, in order of 5'],
  ['came twice', [whole[0] ?? '', ...whole], '0 missing, 1 doubled, out of order of 5'],
  ['is out of its place', [whole[1] ?? '', whole[0] ?? '', ...whole.slice(2)], '0 missing, 0 doubled, out of order of 5'],
  ['was changed', [...whole.slice(0, 4), `${whole[4]?.slice(0, -1)}!`], '0 missing, 0 doubled, in order of 5'],
])('says when one %s', (_, stored, why) => {
  expect(judge(batch, stored)).toEqual({ outcome: 'wrong', why })
})
