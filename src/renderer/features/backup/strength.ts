import { Passphrase } from '../../../shared/model/backup.ts'

export type Strength = 'short' | 'weak' | 'fair' | 'strong'

/**
 * Bits a guesser needs, as they are estimated here: words of a list of some 8,000 (13 bits each) where there are several,
 * signs of their kinds where there are not; a sign or word that comes again adds nothing. Rough, and never too kind.
 * The file is sealed by scrypt, which makes each guess some 2^17 times as dear: 35 bits are days, 50 are many lives.
 */
export function bitsOf(passphrase: string): number {
  const words = passphrase.toLowerCase().match(/\p{L}{3,}/gu) ?? []
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d\s]/u].filter((kind) => kind.test(passphrase)).length
  const distinct = new Set(passphrase.toLowerCase()).size
  const signs = Math.min(passphrase.length, distinct * 1.5) * (3 + 0.7 * kinds)
  if (words.length < 2) return words.length === 1 ? Math.min(signs, 13 + 4 * (passphrase.length - (words[0]?.length ?? 0))) : signs
  return Math.min(signs, 13 * new Set(words).size + 2 * kinds)
}

export function strengthOf(passphrase: string): Strength {
  if (!Passphrase.safeParse(passphrase).success) return 'short'
  const bits = bitsOf(passphrase)
  return bits < 35 ? 'weak' : bits < 50 ? 'fair' : 'strong'
}
