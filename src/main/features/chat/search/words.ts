import { MAX_WORD_LETTERS } from './limits.ts'

/** A word of a text as it is compared, and where it stands, in UTF-16 units. */
export interface Word {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** Letters, digits and what is set upon them; pictures, one by one. */
const RUN = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu

/**
 * Scripts that put no space between words. Each of their signs is a word of its own, and what is looked for in them is signs
 * in a row. Trigrams cannot find the two signs that most of their words have; a dictionary is another one with each update.
 */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]|[^\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu
const IS_UNSPACED = /^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u

/** Accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic: people search without them. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ı: 'i', æ: 'ae', œ: 'oe', ς: 'σ' }
const FOLDED = /[ßøłđıæœς]/g

/** What compatibility forms of one sign fall apart into beside letters: ﷺ is four words with spaces. */
const NO_PART_OF_A_WORD = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}]/gu

/** The words of a text, in their order: the same for what is kept and for what is asked, so that they can meet. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const run of text.matchAll(RUN)) {
    if (!IS_MIXED.test(run[0])) add(words, run[0], run.index)
    else for (const part of run[0].matchAll(UNSPACED)) add(words, part[0], run.index + part.index)
  }
  return words
}

/** Latin, Greek, Cyrillic and what else lies below the first of the scripts without spaces. */
const IS_MIXED = /[\u0e00-\u{10ffff}]/u

function add(words: Word[], text: string, start: number): void {
  const word = fold(text)
  if (word !== '') words.push({ word, start, end: start + text.length })
}

/** Case, accents and compatibility forms do not count. */
function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(ACCENTS, '').toLowerCase().replace(ACCENTS, '')
  const folded = plain.replace(FOLDED, (letter) => LETTERS[letter] ?? letter).replace(NO_PART_OF_A_WORD, '')
  return folded.length > MAX_WORD_LETTERS ? folded.slice(0, MAX_WORD_LETTERS).toWellFormed() : folded
}

/** Whether a word is a sign of a script without spaces. */
export function isSign(word: string): boolean {
  return IS_UNSPACED.test(word)
}
