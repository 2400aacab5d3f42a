import { NameLabel } from '../../../shared/model/ledger.ts'
import { ZoneLabel } from '../../../shared/model/names.ts'

/** A piece of what somebody wrote. `mention`: a name of this network, by its full name, as `@alice.peer` stands there. */
export type Piece = { kind: 'text'; text: string } | { kind: 'mention'; text: string; fullName: string }

/** Names in one message that become buttons; whoever writes more wants to fill the screen, not to mention somebody. */
const MAX_MENTIONS = 50

/** A name of DNS has 253 characters. */
const AT_NAME = /@([a-z0-9._-]{1,253})/g
/** What an address of another kind would have before its `@`, and a longer word behind its end. */
const BEFORE = /[\p{L}\p{N}\p{M}._%+@/-]$/u
const AFTER = /^[\p{L}\p{N}\p{M}_@]/u

/**
 * Finds the names in a text: small letters, and all that the ledger and zones ask of names and labels, ending in this
 * network's `tld`. `x@alice.peer` is an e-mail address and none; a dot behind it is the sentence's.
 */
export function piecesOf(text: string, tld: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  let mentions = 0
  for (const { index, 0: whole, 1: run = '' } of text.matchAll(AT_NAME)) {
    const name = run.replace(/\.+$/, '')
    const end = index + 1 + name.length
    const stands = !BEFORE.test(text.slice(Math.max(0, index - 2), index)) && !AFTER.test(text.slice(index + whole.length))
    if (!stands || mentions >= MAX_MENTIONS || !isName(name, tld)) continue
    if (index > from) pieces.push({ kind: 'text', text: text.slice(from, index) })
    pieces.push({ kind: 'mention', text: text.slice(index, end), fullName: name })
    mentions += 1
    from = end
  }
  if (from < text.length || pieces.length === 0) pieces.push({ kind: 'text', text: text.slice(from) })
  return pieces
}

function isName(fullName: string, tld: string): boolean {
  if (!fullName.endsWith(`.${tld}`)) return false
  const parts = fullName.slice(0, -(tld.length + 1)).split('.')
  const name = parts.pop()
  const label = parts.length === 0 ? '@' : parts.join('.')
  return NameLabel.safeParse(name).success && ZoneLabel.safeParse(label).success
}
