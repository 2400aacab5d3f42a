import type { NamePhase } from '../../../shared/model/ledger.ts'
import type { Rules } from './genesis.ts'
import { MAX_NAME_CHARS, MIN_NAME_CHARS } from './limits.ts'

export type NameCheck = { readonly outcome: 'valid' } | { readonly outcome: 'refused'; readonly why: string }

/** Whether `text` can be a name (without its dot and what follows), in one sentence for the person who typed it. */
export function checkName(text: string): NameCheck {
  const refused = (why: string): NameCheck => ({ outcome: 'refused', why })
  if (text.length < MIN_NAME_CHARS) return refused(`A name has at least ${MIN_NAME_CHARS} characters.`)
  if (text.length > MAX_NAME_CHARS) return refused(`A name has at most ${MAX_NAME_CHARS} characters.`)
  if (/[A-Z]/.test(text)) return refused('Names are written in small letters.')
  if (!/^[a-z0-9-]*$/.test(text)) return refused('A name is made of the letters a to z, digits and hyphens.')
  if (text.startsWith('-') || text.endsWith('-')) return refused('A name neither begins nor ends with a hyphen.')
  // "xn--" is how DNS writes other alphabets: a browser would show something else than what is registered here.
  if (text.startsWith('--', 2)) return refused('A name has no two hyphens as its third and fourth characters.')
  return { outcome: 'valid' }
}

/**
 * What a glance takes for the same: UTS #39's prototypes as far as names have their characters (0 o, 1 i l, m rn), and
 * w vv, 2 z, 5 s, 8 b, 9 q g of our own. Hyphens count for nothing. Each character is replaced by itself, so no order of
 * steps matters. Left out on purpose: `cl` and `d`, which with `i` and `l` being one would make `cian` and `dan` one.
 */
const PROTOTYPES: Readonly<Record<string, string>> = {
  '-': '',
  '0': 'o',
  '1': 'l',
  i: 'l',
  m: 'rn',
  w: 'vv',
  '2': 'z',
  '5': 's',
  '8': 'b',
  '9': 'g',
  q: 'g',
}

/** Two names of one skeleton look alike, and never live side by side. */
export function skeletonOf(name: string): string {
  return name.replaceAll(/[-012589imqw]/g, (char) => PROTOTYPES[char] ?? char)
}

/** Where a name that ends at `expiresMs` is in its term; see `NamePhase`. */
export function phaseOf(expiresMs: number, nowMs: number, rules: Pick<Rules, 'endingMs' | 'graceMs'>): NamePhase {
  if (nowMs >= expiresMs + rules.graceMs) return 'free'
  if (nowMs >= expiresMs) return 'grace'
  return nowMs >= expiresMs - rules.endingMs ? 'ending' : 'living'
}
