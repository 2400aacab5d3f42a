const VOCABULARY = 30_000
const LETTERS = 'etaoinshrdlcumwfgypbvk'

/** The same numbers from 0 to below 1 in each run. */
function* numbers(): Generator<number, never> {
  for (let state = 12_345; ; ) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    yield state / 0x7fffffff
  }
}

const random = numbers()
const next = (): number => random.next().value

const vocabulary = Array.from({ length: VOCABULARY }, (_, at) => {
  const length = 2 + Math.floor(next() * 7) + (at > 200 ? 2 : 0)
  return Array.from({ length }, () => LETTERS.charAt(Math.floor(next() ** 1.5 * LETTERS.length))).join('')
})

/** The most frequent word is 0. */
export function madeWord(rank: number): string {
  return vocabulary[rank % VOCABULARY] ?? ''
}

/** 3 to 22 words as they are spread in a language (Zipf); every tenth message is of Chinese signs. */
export function madeText(at: number): string {
  const length = 3 + Math.floor(next() * 20)
  if (at % 10 === 9) return Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(800 * next() ** 2))).join('')
  return Array.from({ length }, () => madeWord(Math.floor(VOCABULARY ** next()) - 1)).join(' ')
}
