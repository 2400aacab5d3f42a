import type { SiteName } from '../../../../shared/model/sites.ts'
import type { HeaderList } from '../../../platform/http-message.ts'
import { readUrl } from '../address.ts'

/*
 * What a page is told it may do, in headers that its site cannot take back: its own content security policy stands beside
 * ours, and a browser goes by the stricter of both. None of it is the only guard: what leaves the view at all is decided
 * in fetch-policy.ts, and behind that is a dead proxy.
 */

/** Off, whoever asks: none of it is of use to a site, or each would be a question that a page may ask without end. */
const SWITCHED_OFF = [
  'accelerometer', 'ambient-light-sensor', 'attribution-reporting', 'bluetooth', 'browsing-topics', 'camera', 'captured-surface-control',
  'clipboard-read', 'clipboard-write', 'compute-pressure', 'cross-origin-isolated', 'direct-sockets', 'display-capture', 'encrypted-media',
  'fullscreen', 'gamepad', 'geolocation', 'gyroscope', 'hid', 'identity-credentials-get', 'idle-detection', 'interest-cohort',
  'join-ad-interest-group', 'keyboard-lock', 'keyboard-map', 'local-fonts', 'local-network-access', 'magnetometer', 'microphone', 'midi',
  'otp-credentials', 'payment', 'picture-in-picture', 'private-aggregation', 'private-state-token-issuance', 'private-state-token-redemption',
  'publickey-credentials-create', 'publickey-credentials-get', 'run-ad-auction', 'screen-wake-lock', 'serial', 'shared-storage',
  'speaker-selection', 'storage-access', 'usb', 'web-share', 'window-management', 'xr-spatial-tracking',
] as const

export const PERMISSIONS_POLICY = SWITCHED_OFF.map((feature) => `${feature}=()`).join(', ')

/**
 * A page may have all that its own name has, and say `eval`: it is alone with its own storage. `peer:` is there for what a page
 * embeds, so that the request comes as far as the person's door. What it could read from others by, or be framed by, is
 * its own name's only.
 */
export function pageCsp(site: SiteName): string {
  const own = `peer://${site}`
  const embedded = 'peer: data: blob:'
  return [
    `default-src ${own} data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'`,
    `script-src ${embedded} 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'`,
    `style-src ${embedded} 'unsafe-inline'`,
    `img-src ${embedded}`,
    `media-src ${embedded}`,
    `font-src ${embedded}`,
    `connect-src ${own} ws://${site} data: blob:`,
    `worker-src ${own} data: blob:`,
    `manifest-src ${own}`,
    `frame-src ${own} blob:`,
    `object-src 'none'`,
    `base-uri ${own}`,
    `form-action ${own}`,
    `frame-ancestors ${own}`,
    `webrtc 'block'`,
  ].join('; ')
}

/** Of a site's answer, whatever would speak to others, last beyond the page, or say what is ours to say. */
const NOT_FOR_PAGES: ReadonlySet<string> = new Set([
  'access-control-allow-credentials',
  'accept-ch',
  'alt-svc',
  'content-security-policy-report-only',
  'critical-ch',
  'cross-origin-opener-policy',
  'cross-origin-opener-policy-report-only',
  'cross-origin-embedder-policy-report-only',
  'feature-policy',
  'nel',
  'origin-agent-cluster',
  'origin-trial',
  'permissions-policy',
  'permissions-policy-report-only',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'set-login',
  'speculation-rules',
  'supports-loading-mode',
])

/** The headers of an answer of a view's own name. */
export function ownAnswerHeaders(headers: HeaderList, site: SiteName): HeaderList {
  const tld = tldOf(site)
  const kept: [string, string][] = []
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (NOT_FOR_PAGES.has(lower) || lower.startsWith('latch-') || lower === 'referrer-policy') continue
    if (lower === 'refresh' && !staysWithin(value, site, tld)) continue
    if (lower === 'content-security-policy') {
      const own = withoutReports(value)
      if (own !== '') kept.push([name, own])
    } else if (lower === 'link') {
      const links = withoutHints(value)
      if (links !== '') kept.push([name, links])
    } else kept.push([name, value])
  }
  return [
    ...kept,
    ['Content-Security-Policy', pageCsp(site)],
    ['Referrer-Policy', saysNoReferrer(headers) ? 'no-referrer' : 'same-origin'],
    ['Permissions-Policy', PERMISSIONS_POLICY],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
  ]
}

/** What is of use for showing a picture, a film, a font, a style or a script of somebody else, and lets nothing be read. */
const FOR_EMBEDDING: ReadonlySet<string> = new Set([
  'accept-ranges', 'age', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-length', 'content-range',
  'content-type', 'date', 'etag', 'expires', 'last-modified', 'location', 'retry-after', 'vary',
])

/**
 * The headers of an answer of another name, which the door let in. Without CORS: a page sees the picture and never its bytes.
 * A type that is another than it says could be read as something else: so nobody guesses.
 */
export function otherAnswerHeaders(headers: HeaderList): HeaderList {
  return [
    ...headers.filter(([name]) => FOR_EMBEDDING.has(name.toLowerCase())),
    ['Cross-Origin-Resource-Policy', 'cross-origin'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"],
    ['Referrer-Policy', 'no-referrer'],
  ]
}

/** Of the connection, or what says who somebody is elsewhere. */
const NOT_FROM_PAGES =
  /^(?:cookie2?|connection|keep-alive|te|trailer|transfer-encoding|upgrade|host|content-length|forwarded|via|x-forwarded-.*|x-real-ip|proxy-.*|latch-.*|access-control-.*)$/i

/** The headers of a request of a page to its own name. Where the page is, only its own name hears. */
export function ownRequestHeaders(headers: HeaderList, site: SiteName): HeaderList {
  const own = `peer://${site}`
  return headers.filter(([name, value]) => {
    if (NOT_FROM_PAGES.test(name)) return false
    const lower = name.toLowerCase()
    if (lower === 'origin') return value === own
    if (lower === 'referer') return value === own || value.startsWith(`${own}/`)
    return true
  })
}

const TO_OTHERS: ReadonlySet<string> = new Set([
  'accept', 'accept-encoding', 'accept-language', 'cache-control', 'if-modified-since', 'if-none-match', 'if-range', 'pragma', 'range',
])

/** The headers of a request of a page to another name: nothing of who asks, or from where. */
export function otherRequestHeaders(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => TO_OTHERS.has(name.toLowerCase()))
}

export function headerOf(headers: HeaderList, name: string): string | null {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null
}

function saysNoReferrer(headers: HeaderList): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === 'referrer-policy' && value.trim().toLowerCase() === 'no-referrer')
}

/** `5`, `5; url=/next`, `0;URL='peer://alice.peer/'`: whether it ends up at the same name. */
function staysWithin(refresh: string, site: SiteName, tld: string): boolean {
  const [, after] = /^\s*[\d.]*\s*[;,]?\s*(.*)$/s.exec(refresh) ?? []
  if (after === undefined || after === '') return true
  const text = after.replace(/^url\s*=\s*/i, '').trim()
  const [quote = ''] = /^["']/.exec(text) ?? []
  const target = (quote !== '' && text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : text.slice(quote.length)).trim()
  const whole = resolved(target, `peer://${site}/`)
  const read = whole === null ? null : readUrl(whole, tld)
  return read?.outcome === 'page' && read.site === site
}

/** A `Location`, a link or another reference, from a page of a site; null where it is none. */
export function resolved(reference: string, base: string): string | null {
  // What every browser drops before it reads an address.
  const text = reference.replaceAll(/[\t\n\r]/g, '').trim()
  // `peer:` has a host as https has one; the parser here knows that of https only.
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return URL.canParse(text) ? text : null
  return URL.parse(text, base.replace(/^peer:/, 'https:'))?.href.replace(/^https:/, 'peer:') ?? null
}

/** Reports of what was refused would tell somebody else what happens here. */
function withoutReports(csp: string): string {
  return csp
    .split(';')
    .filter((directive) => !/^\s*(?:report-uri|report-to)(?:\s|$)/i.test(directive))
    .join(';')
    .trim()
}

/** Connections made ahead tell others that somebody is here. Commas stand within `<…>` and quotes too. */
function withoutHints(links: string): string {
  // Each letter is read in one way, and few times: whoever serves a page chose them, and this is where all windows wait.
  const each = links.match(/(?:<[^<>]*>|"(?:[^"\\]|\\.)*(?:"|\\?$)|[^,"])+/g) ?? []
  const isHint = (link: string): boolean =>
    [...link.matchAll(/;\s*rel\s*=\s*("[^"]*|[^;"]*)/gi)].some(([, rel = '']) => /\b(?:preconnect|dns-prefetch|prerender|prefetch)\b/i.test(rel))
  return each.filter((link) => !isHint(link)).join(',').trim()
}

const tldOf = (site: SiteName): string => site.slice(site.lastIndexOf('.') + 1)
