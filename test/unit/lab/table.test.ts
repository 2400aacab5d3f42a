import { describe, expect, test } from 'vitest'
import type { PairResult } from '../../lab/pair.ts'
import { asModule, BEGIN, END, intoPage, rowsOf } from '../../lab/table.ts'

const result = (change: Partial<PairResult> = {}): PairResult => ({
  a: 'public',
  b: 'slow',
  expected: { way: 'tcp', why: 'one side has an open port' },
  how: 'tcp',
  connectedMs: 123,
  firstMessageMs: 456,
  directMs: 789,
  transferMs: 2_345,
  drops: 0,
  failed: null,
  ...change,
})

describe('the rows of the table', () => {
  test('hold the median of each time, with two digits and no finer than 10 ms', () => {
    const rounds = [4_321, 1_234, 98, 1_251, 87_654].map((firstMessageMs) => result({ firstMessageMs }))
    expect(rowsOf(rounds)).toEqual([
      { a: 'public', b: 'slow', way: 'tcp', connectedMs: 120, firstMessageMs: 1_300, directMs: 790, transferMs: 2_300 },
    ])
  })

  test('hold the worst way of all rounds, and no time to a direct path where one stayed on the relay', () => {
    const rows = rowsOf([result(), result({ how: 'webrtc' }), result({ how: 'relay' })])
    expect(rows).toMatchObject([{ way: 'relay', directMs: null }])
    expect(rowsOf([result({ how: 'webrtc' }), result()])).toMatchObject([{ way: 'webrtc' }])
  })

  test('are one for each pair', () => {
    expect(rowsOf([result(), result({ b: 'lossy' }), result()])).toHaveLength(2)
  })
})

describe('the page', () => {
  test('keeps what is around the markers, and is the same when it is written twice', () => {
    const rows = rowsOf([result()])
    const page = `# Head\n\n${BEGIN}\nold\n${END}\n\nfoot\n`
    const once = intoPage(page, rows)
    expect(once).toContain('# Head')
    expect(once).toContain('| public | slow | TCP | 120 ms | 460 ms | 790 ms | 2.3 s |')
    expect(once).not.toContain('old')
    expect(once.endsWith('\n\nfoot\n')).toBe(true)
    expect(intoPage(once, rows)).toBe(once)
  })

  test('without markers is refused', () => {
    expect(() => intoPage('# Head', [])).toThrow('no markers')
  })
})

test('the module holds a line for each pair', () => {
  const module = asModule(rowsOf([result({ how: 'relay', expected: { way: 'relay', why: '' }, directMs: null })]))
  expect(module).toContain("  { a: 'public', b: 'slow', way: 'relay', connectedMs: 120, firstMessageMs: 460, directMs: null },\n")
})
