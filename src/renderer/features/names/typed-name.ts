import { NameLabel } from '../../../shared/model/ledger.ts'

/** As the ledger has them. */
const MIN_CHARS = 3
const MAX_CHARS = 63

export type WrongLabel = 'short' | 'long' | 'letters' | 'hyphen' | 'hyphens' | 'labels'

/** What somebody typed to claim: the name without its ending, or what is wrong with it. */
export type TypedLabel =
  | { is: 'nothing' }
  | { is: 'label'; label: NameLabel }
  /** `early`: it may still become one as typing goes on. */
  | { is: 'wrong'; why: WrongLabel; early: boolean }

/** Capitals are written small: they cannot have meant anything else. The ending may be typed or not. */
export function readLabel(typed: string, tld: string): TypedLabel {
  const text = typed.trim().replace(/^@/, '').toLowerCase()
  if (text === '') return { is: 'nothing' }
  const bare = text.endsWith(`.${tld}`) ? text.slice(0, -(tld.length + 1)) : text
  const wrong = (why: WrongLabel, early = false): TypedLabel => ({ is: 'wrong', why, early })
  if (`.${tld}`.startsWith(bare.slice(bare.indexOf('.'))) && bare.includes('.')) return wrong('labels', true)
  if (bare.includes('.')) return wrong('labels')
  if (!/^[a-z0-9-]*$/.test(bare)) return wrong('letters')
  if (bare.startsWith('-')) return wrong('hyphen')
  if (bare.startsWith('--', 2)) return wrong('hyphens')
  if (bare.length < MIN_CHARS) return wrong('short', true)
  if (bare.length > MAX_CHARS) return wrong('long')
  if (bare.endsWith('-')) return wrong('hyphen', true)
  return { is: 'label', label: NameLabel.parse(bare) }
}

const LOOKS_LIKE_A_NAME = /^[a-z0-9._-]{1,253}$/i

/**
 * The name that a text may be, as it would be looked up: `alice.peer`, `@alice`, `peer://www.alice.peer/x`. Null: it is
 * something else, such as a person's name or a command. Whether it is one only main can say.
 */
export function readsAsName(typed: string, tld: string): string | null {
  const text = typed.trim()
  const scheme = /^peer:\/\//i.test(text)
  const at = text.startsWith('@')
  const host = text.replace(/^(peer:\/\/|@)/i, '').replace(/[/?#].*$/s, '')
  if (!LOOKS_LIKE_A_NAME.test(host)) return null
  const name = host.toLowerCase()
  if (name.endsWith(`.${tld}`) && name.length > tld.length + 1) return name
  return (scheme || at) && !name.includes('.') ? `${name}.${tld}` : null
}

/** `www.alice.peer` is below `alice.peer`: what is owned, and what a conversation is pinned to. */
export function ownedPart(fullName: string): string {
  return fullName.split('.').slice(-2).join('.')
}

/** What main takes to have been meant, where it says so at the end of its sentence. */
export function meantInstead(why: string): string | null {
  return /did you mean ([a-z0-9._-]+)\?$/.exec(why)?.[1] ?? null
}
