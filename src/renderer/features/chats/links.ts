import { SiteName } from '../../../shared/model/sites.ts'
import { MAX_OUTSIDE_CHARS } from '../../../shared/outside.ts'
import { isName } from './mention.ts'
import type { Span } from './spans.ts'

/** An address in what somebody wrote. Nothing is asked of anybody before somebody chooses it. */
export type Link =
  /** `peer://alice.peer/path`, or `alice.peer/path` where the network's names end so. `url` is written out. */
  | { kind: 'page'; url: string; site: SiteName }
  /** On the outside web. `host` is what a connection would go to: letters of other alphabets are written as `xn--…`. */
  | { kind: 'outside'; url: string; host: string }

/** Links in one message; whoever writes more wants to fill the screen. */
const MAX_LINKS = 50

/**
 * Where a link may begin: a scheme, or a run of what names are made of. Each character is passed over once, and nothing is
 * tried twice.
 */
const STARTS = /(?:peer|https):\/\/|[a-z0-9][a-z0-9.-]*/gi

/** What an address of another kind would have before it: an e-mail address, a path, the middle of a word. */
const BEFORE_A_NAME = /[\p{L}\p{N}\p{M}._%+@/\\:#&=?-]$/u
const BEFORE_A_SCHEME = /[\p{L}\p{N}\p{M}+.-]$/u
/** A longer word, an e-mail address, a port. */
const AFTER = /^(?:[\p{L}\p{N}\p{M}_@%]|:\d)/u

/**
 * What an address goes on with: no spaces, quotes, brackets of markup, backslashes (which programs read in two ways), and
 * none of the marks that are not seen or that turn the direction of what follows.
 */
const REST = /[^\s<>"`\\^{|}\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/uy

/** Punctuation behind an address is the sentence's. */
const TRAILING = '.,;:!?\'"*…’”»'
const BRACKETS: Readonly<Record<string, string>> = { ')': '(', ']': '[' }

/** The addresses in a text, in their order; what stands between them is nobody's. Pure. */
export function linksIn(text: string, tld: string): Span<Link>[] {
  const spans: Span<Link>[] = []
  STARTS.lastIndex = 0
  for (let match = STARTS.exec(text); match !== null && spans.length < MAX_LINKS; match = STARTS.exec(text)) {
    const { index: from, 0: start } = match
    const hasScheme = start.endsWith('://')
    if ((hasScheme ? BEFORE_A_SCHEME : BEFORE_A_NAME).test(text.slice(Math.max(0, from - 2), from))) continue
    const found = hasScheme ? schemed(text, from, start) : bare(text, from, start, tld)
    if (found === null) continue
    spans.push(found)
    STARTS.lastIndex = found.to
  }
  return spans
}

function schemed(text: string, from: number, scheme: string): Span<Link> | null {
  const rest = trimmed(restAt(text, from + scheme.length))
  const to = from + scheme.length + rest.length
  const link = scheme.toLowerCase() === 'https://' ? outside(`https://${rest}`) : page(rest)
  return link === null ? null : { from, to, link }
}

/** Without a scheme only names of this network count, in small letters as they are written. */
function bare(text: string, from: number, run: string, tld: string): Span<Link> | null {
  const host = run.replace(/\.+$/, '')
  if (!isName(host, tld)) return null
  const end = from + host.length
  const after = text.slice(from + run.length, from + run.length + 2)
  if (run.length === host.length && after.startsWith('/')) {
    const path = trimmed(restAt(text, end))
    const link = path === '' ? null : page(`${host}${path}`)
    return link === null ? null : { from, to: end + path.length, link }
  }
  if (AFTER.test(after)) return null
  const link = page(host)
  return link === null ? null : { from, to: end, link }
}

function page(rest: string): Link | null {
  const [, host = '', tail = ''] = /^([^/?#]*)(.*)$/s.exec(rest) ?? []
  const site = SiteName.safeParse(host.toLowerCase())
  if (!site.success) return null
  return { kind: 'page', url: `peer://${site.data}${tail.startsWith('/') ? '' : '/'}${tail}`, site: site.data }
}

/** Who stands before an `@` in an address is somebody else than who is asked: such a one is text. */
function outside(address: string): Link | null {
  if (!URL.canParse(address)) return null
  const { protocol, username, password, host, href } = new URL(address)
  if (protocol !== 'https:' || username !== '' || password !== '' || /^https:\/\/(?:[/?#]|[^/?#]*@)/.test(address)) return null
  return { kind: 'outside', url: href, host }
}

/** Nothing where it is too long: a part of an address is another address. */
function restAt(text: string, at: number): string {
  REST.lastIndex = 0
  const rest = REST.exec(text.slice(at, at + MAX_OUTSIDE_CHARS + 1))?.[0] ?? ''
  return rest.length > MAX_OUTSIDE_CHARS ? '' : rest
}

/** Without what closes the sentence or the bracket that it stands in. */
function trimmed(rest: string): string {
  let to = rest.length
  const counts = new Map<string, number>()
  for (const letter of rest) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  const count = (letter: string): number => counts.get(letter) ?? 0
  for (; to > 0; to -= 1) {
    const last = rest[to - 1] ?? ''
    const opening = BRACKETS[last]
    const closes = opening !== undefined && count(last) > count(opening)
    if (!closes && !TRAILING.includes(last)) break
    counts.set(last, count(last) - 1)
  }
  return rest.slice(0, to)
}
