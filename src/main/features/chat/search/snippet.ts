import { placesOf, type Term } from './asked.ts'
import { SNIPPET_LEAD, SNIPPET_LENGTH } from './limits.ts'
import { wordsOf } from './words.ts'

interface Range {
  readonly start: number
  readonly end: number
}

export interface Snippet {
  readonly snippet: string
  readonly marks: Range[]
}

/**
 * The words around what was found, on one line, and the ranges of it. Of a message whose text holds none of it, the names of its
 * files. Made of the text itself, so nothing that somebody wrote can pass for a mark.
 */
export function snippetOf(text: string, fileNames: readonly string[], terms: readonly Term[]): Snippet {
  const names = fileNames.join(', ')
  const inText = rangesOf(text, terms)
  if (inText.length > 0 || names === '') return cut(text, inText)
  const inNames = rangesOf(names, terms)
  return text === '' || inNames.length > 0 ? cut(names, inNames) : cut(text, [])
}

/** Sorted, and none within another. */
function rangesOf(text: string, terms: readonly Term[]): Range[] {
  const found = terms.length === 0 ? [] : wordsOf(text)
  const words = found.map(({ word }) => word)
  const places = terms.flatMap((term) => placesOf(term, words)).toSorted((a, b) => a.from - b.from || b.to - a.to)
  const ranges: Range[] = []
  for (const { from, to } of places) {
    const [start, end] = [found[from]?.start ?? 0, found[to - 1]?.end ?? 0]
    const last = ranges.at(-1)
    if (last !== undefined && start < last.end) ranges[ranges.length - 1] = { start: last.start, end: Math.max(end, last.end) }
    else ranges.push({ start, end })
  }
  return ranges
}

function cut(text: string, ranges: readonly Range[]): Snippet {
  const first = ranges[0]?.start ?? 0
  const from = first <= SNIPPET_LENGTH / 2 ? 0 : startOfWord(text, first - SNIPPET_LEAD)
  const to = Math.min(text.length, from + SNIPPET_LENGTH)
  const shown = text.slice(from, to).replaceAll(/\s/gu, ' ').toWellFormed()
  const lead = from > 0 ? '…' : ''
  const shift = lead.length - from
  const marks = ranges
    .filter(({ start }) => start < to)
    .map(({ start, end }) => ({ start: start + shift, end: Math.min(end, to) + shift }))
  return { snippet: `${lead}${shown}${to < text.length ? '…' : ''}`, marks }
}

/** The next beginning of a word, if one is near; never the middle of a sign. */
function startOfWord(text: string, at: number): number {
  const space = text.slice(at, at + SNIPPET_LEAD / 2).search(/\s/u)
  if (space >= 0) return at + space + 1
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at
}
