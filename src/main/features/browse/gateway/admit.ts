import type { IncomingHttpHeaders } from 'node:http'
import { SiteName } from '../../../../shared/model/sites.ts'

/** What a request came for: a site, or the page that says how this works. */
export type Admission =
  | { readonly verdict: 'site'; readonly site: SiteName; readonly host: string }
  | { readonly verdict: 'about' }
  | { readonly verdict: 'refuse'; readonly status: 400 | 403 | 421; readonly why: string }

export interface Asked {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** How often `Host` was said. */
  readonly hosts: number
  readonly isUpgrade: boolean
}

const otherSite = 'Another site asked for this. A page of one name gets nothing of another by this way.'

/**
 * Whether a request is for a site, and comes from a page of that very site or from the person. Pure.
 *
 * `Host` must be a name below `localhost` with our port: a page whose name was pointed at 127.0.0.1 (DNS rebinding) says its
 * own. To browsers all names below `peer.localhost` are one *site*, so `same-site` is as foreign as `cross-site` here: only
 * `same-origin` is the same name. From elsewhere there may come links, which open a page in a tab of its own and no more.
 */
export function admit({ method, headers, hosts, isUpgrade }: Asked, port: number): Admission {
  const host = headers.host ?? ''
  if (hosts !== 1) return refuse(400, 'A request names one host.')
  const isAbout = host === `localhost:${port}`
  const site = isAbout ? null : siteOf(host, port)
  if (!isAbout && site === null) return refuse(421, 'This is the gateway of Latch: it answers for names below localhost, at its own port, and for nothing else.')
  if (headers['service-worker'] !== undefined) return refuse(403, 'A worker that answers for a site would outlive its owner: sites have none here.')
  const { origin, referer, 'sec-fetch-site': from } = headers
  const own = `http://${host}`
  if (origin !== undefined && origin !== own) return refuse(403, otherSite)
  const isForeign = from === undefined ? referer !== undefined && !isBelow(referer, own) : from !== 'same-origin' && from !== 'none'
  if (isForeign && !isLink(method, headers, isUpgrade)) return refuse(403, otherSite)
  return site === null ? { verdict: 'about' } : { verdict: 'site', site, host }
}

/** `alice.peer` of `alice.peer.localhost:5380`; null: no name of a site, or another port. */
function siteOf(host: string, port: number): SiteName | null {
  const end = `.localhost:${port}`
  if (!host.endsWith(end)) return null
  const site = SiteName.safeParse(host.slice(0, -end.length))
  return site.success ? site.data : null
}

/** A page in a tab of its own: not in a frame, not as a part of another page, and sending nothing. */
function isLink(method: string, headers: IncomingHttpHeaders, isUpgrade: boolean): boolean {
  if (isUpgrade || (method !== 'GET' && method !== 'HEAD')) return false
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': dest, 'sec-fetch-site': from, accept } = headers
  // Fetched ahead, by what another page says, and by nobody's hand.
  if (headers['sec-purpose'] !== undefined || headers['purpose'] !== undefined) return false
  // A browser that says nothing of all this asks for a page by asking for HTML.
  if (from === undefined) return /text\/html/.test(accept ?? '')
  return mode === 'navigate' && dest === 'document'
}

function isBelow(url: string, origin: string): boolean {
  return url === origin || url.startsWith(`${origin}/`)
}

function refuse(status: 400 | 403 | 421, why: string): Admission {
  return { verdict: 'refuse', status, why }
}
