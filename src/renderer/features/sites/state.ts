import type { SitesEvent, SitesSnapshot } from '../../../shared/contract/sites.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Site, SiteName, SiteVisitor } from '../../../shared/model/sites.ts'

/** Who visits one site now, by device. */
export type Visitors = ReadonlyMap<PeerId, SiteVisitor>

export interface SitesState {
  sites: ReadonlyMap<SiteName, Site>
  visitors: ReadonlyMap<SiteName, Visitors>
}

export const noSites: SitesState = { sites: new Map(), visitors: new Map() }

export function resetSites(_: SitesState, { sites, visitors }: SitesSnapshot): SitesState {
  const state: SitesState = { sites: new Map(sites.map((site) => [site.name, site])), visitors: new Map() }
  return visitors.reduce((held, visitor) => putVisitor(held, visitor), state)
}

export function applySitesEvent(state: SitesState, event: SitesEvent): SitesState {
  switch (event.event) {
    case 'site-changed':
      return { ...state, sites: new Map(state.sites).set(event.site.name, event.site) }
    case 'site-gone':
      return { sites: without(state.sites, event.name), visitors: without(state.visitors, event.name) }
    case 'visitor-changed':
      return putVisitor(state, event.visitor)
    case 'visitor-left': {
      const left = without(state.visitors.get(event.site) ?? new Map(), event.peerId)
      const visitors = left.size === 0 ? without(state.visitors, event.site) : new Map(state.visitors).set(event.site, left)
      return { ...state, visitors }
    }
  }
}

/** In the order of the alphabet, so that none moves when something happens on it. */
export function byName(sites: Iterable<Site>): Site[] {
  return [...sites].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Who came first stands first: a row does not move while its visitor reads on. */
export function inOrder(visitors: Iterable<SiteVisitor>): SiteVisitor[] {
  return [...visitors].toSorted((a, b) => a.sinceMs - b.sinceMs || (a.peerId < b.peerId ? -1 : 1))
}

/**
 * What a site answered and sent, as far as it is known here: it is told of when it changes, its visitors whenever they
 * read on, so that what these alone were given may be more.
 */
export function answered({ requests, sentBytes }: Site, visitors: Visitors | undefined): { requests: number; sentBytes: number } {
  const here = [...(visitors?.values() ?? [])]
  const sum = (of: (visitor: SiteVisitor) => number): number => here.reduce((all, visitor) => all + of(visitor), 0)
  return {
    requests: Math.max(requests, sum((visitor) => visitor.requests)),
    sentBytes: Math.max(sentBytes, sum((visitor) => visitor.sentBytes)),
  }
}

/** How a site stands, by what keeps visitors away first. */
export type Standing = 'failing' | 'unpointed' | 'pointing' | 'open'

export function standingOf({ state, pointed }: Pick<Site, 'state' | 'pointed'>): Standing {
  if (state.kind === 'failing') return 'failing'
  if (pointed.kind === 'failed') return 'unpointed'
  return pointed.kind === 'pointing' ? 'pointing' : 'open'
}

function putVisitor(state: SitesState, visitor: SiteVisitor): SitesState {
  const here = new Map(state.visitors.get(visitor.site)).set(visitor.peerId, visitor)
  return { ...state, visitors: new Map(state.visitors).set(visitor.site, here) }
}

function without<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Map<Key, Value> {
  const left = new Map(map)
  left.delete(key)
  return left
}
