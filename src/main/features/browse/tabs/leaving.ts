import type { SiteName } from '../../../../shared/model/sites.ts'
import { readUrl, type OutsideAddress, type PageAddress } from '../address.ts'

/** Where a page wants to go, and how. */
export interface Wish {
  readonly url: string
  readonly how: 'link' | 'window' | 'background'
  /** They clicked or typed within the last second; the desktop saw it. */
  readonly byPerson: boolean
}

export interface Leaver {
  readonly tld: string
  readonly kind: 'site' | 'exit'
  readonly site: SiteName | null
  /** It is the tab that the person looks at. */
  readonly isActive: boolean
  /** How often it may still send the person on by itself, since they last did something. */
  readonly redirectsLeft: number
}

export type Leave =
  | { readonly go: 'here' | 'tab' | 'behind'; readonly address: PageAddress | OutsideAddress; readonly spends: boolean }
  /** The person is asked before anything goes to the outside web. */
  | { readonly go: 'ask'; readonly address: OutsideAddress; readonly spends: boolean }
  | { readonly go: 'nowhere'; readonly kind: 'window' | 'navigation' | 'outside' | 'local'; readonly what: string }

/**
 * Whether a page's wish to go elsewhere is followed. What the person did goes where they clicked; what the page does by itself
 * opens no window, and sends the person on once, in the tab that they see, so that a redirect works and a chase does not.
 */
export function leave(wish: Wish, from: Leaver): Leave {
  const read = readUrl(wish.url, from.tld)
  if (read.outcome === 'refused') return { go: 'nowhere', kind: 'navigation', what: schemeOf(wish.url) }
  const what = read.outcome === 'page' ? read.site : read.host
  if (read.outcome === 'outside' && read.isLocal) return { go: 'nowhere', kind: 'local', what }
  if (wish.how !== 'link' && !wish.byPerson) return { go: 'nowhere', kind: 'window', what }
  const staysWithin = read.outcome === 'page' && read.site === from.site
  const isFree = wish.byPerson || staysWithin
  if (!isFree && !(from.isActive && from.redirectsLeft > 0)) {
    return { go: 'nowhere', kind: read.outcome === 'outside' ? 'outside' : 'navigation', what }
  }
  // The outside web sends nobody into somebody's site by itself.
  if (from.kind === 'exit' && read.outcome === 'page' && !wish.byPerson) return { go: 'nowhere', kind: 'navigation', what }
  if (from.kind === 'site' && read.outcome === 'outside') return { go: 'ask', address: read, spends: !isFree }
  const go = wish.how === 'link' ? 'here' : wish.how === 'window' ? 'tab' : 'behind'
  return { go, address: read, spends: !isFree }
}

function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+.-]{0,31}:/i.exec(url)?.[0].toLowerCase() ?? 'an address that is none'
}
