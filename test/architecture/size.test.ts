import { describe, expect, test } from 'vitest'
import { EXCEPTIONS, LINE_LIMIT, oversized } from './size.ts'
import { readSources } from './sources.ts'

test(`no file of src has more than ${LINE_LIMIT} lines, but for a list that only shrinks`, () => {
  expect(oversized(readSources(), EXCEPTIONS)).toEqual([])
})

describe('the test of sizes', () => {
  const file = (lines: number): Map<string, string> => new Map([['main/big.ts', 'x\n'.repeat(lines)]])

  test('lets a file of exactly the limit pass, and refuses one line more', () => {
    expect(oversized(file(LINE_LIMIT), {})).toEqual([])
    expect(oversized(file(LINE_LIMIT + 1), {})).toEqual(['main/big.ts has 301 lines, more than 300'])
  })

  test('refuses a file that outgrows its exception', () => {
    expect(oversized(file(341), { 'main/big.ts': 340 })).toEqual(['main/big.ts has 341 lines, more than 340'])
  })

  test('asks for a lower exception when a file has shrunk, and for none when it is short or gone', () => {
    expect(oversized(file(339), { 'main/big.ts': 340 })).toEqual([
      'main/big.ts has shrunk to 339 lines: lower its exception from 340',
    ])
    const gone = ['main/big.ts needs no exception any more: take it off the list']
    expect(oversized(file(300), { 'main/big.ts': 340 })).toEqual(gone)
    expect(oversized(new Map(), { 'main/big.ts': 340 })).toEqual(gone)
  })
})
