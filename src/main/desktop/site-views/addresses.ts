import { MAX_URL_CHARS } from './limits.ts'

/*
 * Where a page may go, and what it may ask for. Pure. Addresses come from Chromium, which wrote them in its one way:
 * scheme and host in small letters, a host's digits as digits.
 */

/** The name of a page's address, or null where it is none: `peer://alice.peer/…`, without account, password or port. */
export function siteOf(url: string): string | null {
  return /^peer:\/\/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?:[/?#]|$)/.exec(url)?.[1] ?? null
}

export function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase() ?? 'unreadable:'
}

/** This machine, or what may be one of its own network: numbers instead of a name, no dot, an ending that no public host has. */
export function isLocalHost(host: string): boolean {
  const bare = host.toLowerCase().replace(/\.$/, '')
  if (bare.startsWith('[') || /^[\d.]+$/.test(bare) || !bare.includes('.')) return true
  return /\.(?:localhost|local|internal|intranet|lan|home|corp|private|test|home\.arpa)$/.test(bare)
}

export type Refusal = { readonly kind: 'outside' | 'local' | 'navigation'; readonly what: string }

/** What it is about, as the shield says it: the host, or the scheme where there is none. */
export function refusalOf(url: string): Refusal {
  const host = url.length <= MAX_URL_CHARS ? URL.parse(url)?.hostname : undefined
  const scheme = schemeOf(url)
  if (scheme === 'file:') return { kind: 'local', what: scheme }
  if (host === undefined || host === '') return { kind: 'outside', what: scheme }
  return { kind: isLocalHost(host) ? 'local' : 'outside', what: host }
}

export interface Home {
  readonly kind: 'site' | 'exit'
  /** The name that a site's view was opened with; null: nothing was loaded yet. */
  readonly site: string | null
}

/** Made by the page itself, of what it has already. */
const OWN_MAKING: ReadonlySet<string> = new Set(['data:', 'blob:', 'about:'])

/** Whether a request leaves the view at all. What becomes of a request to another name, the browse feature says. */
export function judgeRequest(home: Home, url: string): 'serve' | 'pass' | Refusal {
  const scheme = schemeOf(url)
  if (OWN_MAKING.has(scheme)) return 'pass'
  if (home.kind === 'exit') {
    const isWeb = scheme === 'https:' || scheme === 'wss:'
    return isWeb && refusalOf(url).kind === 'outside' ? 'pass' : refusalOf(url)
  }
  if (scheme === 'peer:' && siteOf(url) !== null) return 'serve'
  // Chromium sends it to our own guard, which lets the same name through and nothing else.
  if (scheme === 'ws:' && home.site !== null && URL.parse(url)?.host === home.site) return 'pass'
  return refusalOf(url)
}

/** `ask`: it leads elsewhere, where the person may go, and the page cannot take them. */
export function judgeNavigation(home: Home, url: string, isTop: boolean): 'go' | 'ask' | Refusal {
  if (url.length > MAX_URL_CHARS) return { kind: 'navigation', what: 'an address that is too long' }
  const scheme = schemeOf(url)
  if (!isTop && (OWN_MAKING.has(scheme) || judgeRequest(home, url) === 'serve')) return 'go'
  const site = siteOf(url)
  if (scheme === 'peer:' && site !== null) return home.kind === 'site' && site === home.site ? 'go' : isTop ? 'ask' : refusalOf(url)
  if (scheme === 'https:') {
    const refusal = refusalOf(url)
    if (refusal.kind === 'local') return refusal
    return home.kind === 'exit' ? 'go' : isTop ? 'ask' : refusal
  }
  const { kind, what } = refusalOf(url)
  return kind === 'local' ? { kind, what } : { kind: 'navigation', what: scheme }
}
