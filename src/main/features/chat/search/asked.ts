import { isSign, wordsOf } from './words.ts'

/** Words one after another. `open`: the last of them is being typed, and only its beginning is known. */
export interface Term {
  readonly words: readonly string[]
  readonly open: boolean
}

/**
 * What was typed: words in any order, "quoted ones" together. Whatever else stands there, signs of a query language too, only
 * parts words. What was typed without a space (`don't`, an address, signs of Chinese) belongs together.
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = []
  // Every second piece is within quotes; the last one may lack its closing one.
  const pieces = text.split(/["“”„«»]/)
  pieces.forEach((piece, index) => {
    const isLast = index === pieces.length - 1
    if (index % 2 === 1) return add(terms, piece, isLast)
    const chunks = piece.split(/\s+/)
    chunks.forEach((chunk, at) => add(terms, chunk, isLast && at === chunks.length - 1))
  })
  return terms
}

function add(terms: Term[], text: string, open: boolean): void {
  const words = wordsOf(text).map(({ word }) => word)
  if (words.length > 0) terms.push({ words, open: open && /[\p{L}\p{N}\p{M}]$/u.test(text) })
}

/**
 * The query for the index; empty where it cannot help. Every word stands in quotes, and holds none: `wordsOf` gives letters and
 * digits. A single letter as the beginning of a word is left out: half of all messages have one, and the index would gather them all
 * before it gives the first.
 */
export function queryOf(terms: readonly Term[], facets: readonly string[]): string {
  const asked = terms.flatMap((term) => {
    const words = isVague(term) ? term.words.slice(0, -1) : term.words
    return words.length === 0 ? [] : [`"${words.join(' ')}"${term.open && !isVague(term) ? '*' : ''}`]
  })
  return [...asked, ...facets.map((facet) => `"${facet}"`)].join(' AND ')
}

/** Whether the index does not say all that there is to say about a term. */
export function isVague({ words, open }: Term): boolean {
  const last = words.at(-1) ?? ''
  return open && /^.$/su.test(last) && !isSign(last)
}

/** Where in `words` a term stands: index of the first word and behind the last. */
export function placesOf({ words: wanted, open }: Term, words: readonly string[]): { from: number; to: number }[] {
  const places: { from: number; to: number }[] = []
  for (let from = 0; from + wanted.length <= words.length; ) {
    const isHere = wanted.every((word, at) => {
      const found = words[from + at] ?? ''
      return open && at === wanted.length - 1 ? found.startsWith(word) : found === word
    })
    if (isHere) places.push({ from, to: from + wanted.length })
    from += isHere ? wanted.length : 1
  }
  return places
}
