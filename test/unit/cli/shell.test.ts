import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quoted } from '../../../src/cli/shell.ts'

it.each([
  ['Bea', 'Bea'],
  ['16MiB', '16MiB'],
  ['Bea Lind', "'Bea Lind'"],
  ["O'Hara", String.raw`'O'\''Hara'`],
  ['', "''"],
  ['$(reboot)', "'$(reboot)'"],
  ['~', "'~'"],
])('a word %j is written %s', (word, written) => {
  expect(quoted(word)).toBe(written)
})

it('a shell takes a word back as it was, and does nothing else', () => {
  // A process for each word would take minutes: one for all of them.
  const seed = Date.now()
  const isWord = (word: string): boolean => !word.includes('\0') && word.isWellFormed()
  const words = fc.sample(fc.string({ unit: 'binary' }), { seed, numRuns: 100 }).filter(isWord)
  const script = words.map((word) => `printf '%s\\0' ${quoted(word)}`).join('\n')
  const out = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' })
  expect(out.split('\0').slice(0, -1), `seed ${seed}`).toEqual(words)
})
