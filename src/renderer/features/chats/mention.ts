import { NameLabel } from '../../../shared/model/ledger.ts'
import { ZoneLabel } from '../../../shared/model/names.ts'
import type { Span } from './spans.ts'

/** A name of this network, by its full name, as `@alice.peer` stands there. */
export interface Mentioned {
  kind: 'mention'
  fullName: string
}

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
export function mentionsIn(text: string, tld: string): Span<Mentioned>[] {
  const spans: Span<Mentioned>[] = []
  for (const { index: from, 0: whole, 1: run = '' } of text.matchAll(AT_NAME)) {
    const fullName = run.replace(/\.+$/, '')
    const stands = !BEFORE.test(text.slice(Math.max(0, from - 2), from)) && !AFTER.test(text.slice(from + whole.length))
    if (!stands || !isName(fullName, tld)) continue
    spans.push({ from, to: from + 1 + fullName.length, link: { kind: 'mention', fullName } })
    if (spans.length >= MAX_MENTIONS) break
  }
  return spans
}

/** Whether something of that full name can be in this network. */
export function isName(fullName: string, tld: string): boolean {
  if (!fullName.endsWith(`.${tld}`)) return false
  const parts = fullName.slice(0, -(tld.length + 1)).split('.')
  const name = parts.pop()
  const label = parts.length === 0 ? '@' : parts.join('.')
  return NameLabel.safeParse(name).success && ZoneLabel.safeParse(label).success
}
