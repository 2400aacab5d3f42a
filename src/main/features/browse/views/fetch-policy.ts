import type { SiteName } from '../../../../shared/model/sites.ts'
import { readUrl } from '../address.ts'

/** Where a request of a view goes. */
export type Way =
  | { readonly to: 'own'; readonly path: string }
  /** Another name: only what embeds, and only when the person's door says so. */
  | { readonly to: 'other'; readonly site: SiteName; readonly path: string }
  | { readonly to: 'nowhere'; readonly kind: 'outside' | 'local' | 'site'; readonly what: string }

/** Of any request that a view makes, for whatever. `site` is the one name that it may have without asking. */
export function wayOf(request: { readonly url: string; readonly method: string }, site: SiteName): Way {
  const read = readUrl(request.url, site.slice(site.lastIndexOf('.') + 1))
  switch (read.outcome) {
    case 'page':
      if (read.site === site) return { to: 'own', path: read.path }
      // What changes something over there is not embedding.
      if (request.method !== 'GET' && request.method !== 'HEAD') return { to: 'nowhere', kind: 'site', what: read.site }
      return { to: 'other', site: read.site, path: read.path }
    case 'outside':
      return { to: 'nowhere', kind: read.isLocal ? 'local' : 'outside', what: read.host }
    case 'refused':
      return { to: 'nowhere', ...nowhere(request.url) }
  }
}

/** `ws://<name>/…` of the own name: its path. Null for every other address. */
export function socketPath(url: string, site: SiteName): string | null {
  const rest = /^ws:\/\/([^/?#]*)([/?#].*)?$/i.exec(url)
  if (rest?.[1]?.replace(/:80$/, '').toLowerCase() !== site) return null
  const read = readUrl(`peer://${site}${rest[2] ?? '/'}`, site.slice(site.lastIndexOf('.') + 1))
  return read.outcome === 'page' && read.site === site ? read.path : null
}

function nowhere(url: string): { kind: 'outside' | 'local'; what: string } {
  const parsed = URL.parse(url.slice(0, 2_048))
  const host = parsed?.hostname ?? ''
  if (parsed === null || parsed.protocol === 'file:') return { kind: 'local', what: 'file' }
  const isLocal = host === 'localhost' || /^\[|^[\d.]+$/.test(host)
  return { kind: isLocal ? 'local' : 'outside', what: host === '' ? parsed.protocol : host }
}
