import type { SiteName } from '../../../../shared/model/sites.ts'
import { type HeaderList, inPairs } from '../../../platform/http-message.ts'
import type { PageAnswer } from '../types.ts'
import { cookiesOf, sealed, sealFor, type SealOf } from './cookies.ts'
import { isMark, withoutMark } from './owner-marks.ts'
import { markedValidators, siteValidators } from './validators.ts'

/** Of a request: what concerns this connection, what would tell the site where else this person is, and conditions, which are said anew. */
const NOT_ASKED = /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|expect|forwarded|via|x-forwarded(?:-.*)?|x-latch-.*|latch-.*|if-(?:match|none-match|range|modified-since|unmodified-since))$/i

export interface AskedOf {
  readonly site: SiteName
  readonly host: string
  /** Of the owner of the name. */
  readonly mark: string
  /** The browser has not been told of this owner: what it knows is meant for another one. */
  readonly isFirst: boolean
  /** Of cookies of this owner's site. Without it whoever asks is no browser, and says what cookies it likes. */
  readonly sealOf?: SealOf | undefined
}

/**
 * A request as the site gets it. Where it came from is said in the site's own words, and nothing of this machine's port;
 * whatever another site would have been is not said at all.
 */
export function askedHeaders(raw: readonly string[], { site, host, mark, isFirst, sealOf }: AskedOf): HeaderList {
  const own = `http://${host}`
  const pairs = inPairs(raw)
  const asked: [string, string][] = isFirst ? [] : siteValidators(pairs, mark)
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase()
    if (NOT_ASKED.test(name) || (isFirst && (lower === 'cookie' || lower === 'authorization' || lower === 'range'))) continue
    const cookies = lower === 'cookie' ? ownCookies(value, sealOf) : null
    if (cookies !== null) asked.push([name, cookies])
    else if (lower === 'cookie') continue
    else if (!/^(?:origin|referer)$/i.test(name)) asked.push([name, value])
    else if (value === own || value.startsWith(`${own}/`)) asked.push([name, `peer://${site}${value.slice(own.length)}`])
  }
  return asked
}

/**
 * Of an answer, what is not passed on: what is said here instead; what lets other sites read it; what reaches beyond the name
 * (a browser clears cookies of all names below `peer.localhost` at once); reports, which no policy keeps inside.
 */
const NOT_TOLD =
  /^(?:connection|keep-alive|transfer-encoding|upgrade|access-control-.*|clear-site-data|strict-transport-security|public-key-pins.*|content-security-policy-report-only|cross-origin-.*|origin-agent-cluster|x-content-type-options|x-dns-prefetch-control|x-latch-.*|alt-svc|nel|report-to|reporting-endpoints|timing-allow-origin|speculation-rules|origin-trial|etag|expires|pragma|age)$/i

/** An answer as an ordinary browser gets it: the site's own headers, within what keeps its page on its name. */
export function toldHeaders({ headers, source }: Pick<PageAnswer, 'headers' | 'source'>, { host, port, mark, sealOf }: { readonly host: string; readonly port: number; readonly mark: string; readonly sealOf?: SealOf | undefined }): HeaderList {
  const told: [string, string][] = []
  let referrer = 'same-origin'
  let caching = 'no-cache'
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (NOT_TOLD.test(lower)) continue
    if (lower === 'referrer-policy') referrer = value.trim().toLowerCase() === 'no-referrer' ? 'no-referrer' : referrer
    else if (lower === 'cache-control') caching = /\bno-store\b/i.test(value) ? 'no-store' : caching
    else if (lower === 'set-cookie') told.push(...setCookies(name, value, sealOf))
    else if (lower === 'content-security-policy') told.push([name, withoutReports(value)])
    else if (lower === 'location' || lower === 'content-location') told.push([name, byGateway(value, port)])
    // What is fetched ahead of a page is asked for by no policy.
    else if (lower !== 'link' || !/[/\\]{2}/.test(value)) told.push([name, value])
  }
  return [
    ...told,
    ...markedValidators(headers, mark),
    // Kept, and asked about each time: a page that is not asked about outlives its owner.
    ['Cache-Control', caching],
    ['Content-Security-Policy', policyOf(host)],
    ['Referrer-Policy', referrer],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Origin-Agent-Cluster', '?1'],
    ['X-Content-Type-Options', 'nosniff'],
    ['X-DNS-Prefetch-Control', 'off'],
    ['X-Latch-Source', source.kind],
  ]
}

/** A second policy beside the site's own: what both allow is allowed. Scripts and styles may stand in the page, as on the web. */
function policyOf(host: string): string {
  return [
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
    `connect-src 'self' data: blob: ws://${host}`,
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
    "webrtc 'block'",
  ].join('; ')
}

function ownCookies(said: string, sealOf: SealOf | undefined): string | null {
  if (sealOf === undefined) return withoutMark(said)
  const kept = sealed(cookiesOf(said), sealOf)
  return kept.length === 0 ? null : kept.map(({ text }) => text).join('; ')
}

function setCookies(header: string, said: string, sealOf: SealOf | undefined): [string, string][] {
  if (isMark(said)) return []
  const cookie = ownCookie(said)
  const seal = sealOf === undefined ? null : sealFor(cookie, sealOf)
  return [[header, cookie], ...(seal === null ? [] : [[header, seal] satisfies [string, string]])]
}

/** A cookie of this name alone: with a `Domain` it would be one of all names of the network. */
export function ownCookie(cookie: string): string {
  const [pair = '', ...attributes] = cookie.split(';')
  return [pair, ...attributes.filter((attribute) => !/^\s*domain\s*(?:=|$)/i.test(attribute))].join(';')
}

/** A report goes to whomever the site likes, past every policy. */
export function withoutReports(policy: string): string {
  const kept = (one: string): string => one.split(';').filter((directive) => !/^\s*report-(?:uri|to)(?:\s|$)/i.test(directive)).join(';')
  return policy.split(',').map(kept).join(',')
}

/** Another name is opened by the gateway too, as the browser knows no `peer:`. */
function byGateway(url: string, port: number): string {
  const [whole, name = ''] = /^peer:\/\/([a-z0-9.-]+)(?=[/?#]|$)/i.exec(url) ?? []
  return whole === undefined ? url : `http://${name.toLowerCase()}.localhost:${port}${url.slice(whole.length) || '/'}`
}
