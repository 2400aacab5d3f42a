import { LatchError } from '../../../shared/errors.ts'
import { SiteName } from '../../../shared/model/sites.ts'
import { MAX_URL_CHARS } from './limits.ts'

/** A page of a site, written in the one way that all of Latch writes it. */
export interface PageAddress {
  readonly outcome: 'page'
  /** `peer://alice.peer/path?query#part` */
  readonly url: string
  readonly site: SiteName
  /** As it is asked for: from its slash on, with its query. */
  readonly path: string
  /** With its `#`, or empty. */
  readonly part: string
}

export interface OutsideAddress {
  readonly outcome: 'outside'
  /** `https://…`, its host in the letters of DNS, so that nothing looks like something else. */
  readonly url: string
  readonly host: string
  /** This machine, or what may be one of its own network: no page may send anybody there. */
  readonly isLocal: boolean
}

export interface RefusedAddress {
  readonly outcome: 'refused'
  /** One sentence for the person. */
  readonly why: string
}

export type ReadAddress = PageAddress | OutsideAddress | RefusedAddress

const SCHEME = /^([a-z][a-z0-9+.-]*):(.*)$/is
const GATEWAY_ENDING = '.localhost'

/**
 * An address as a person types or pastes it: `alice`, `@alice.peer/x`, `peer://ALICE.peer`, what the gateway calls it
 * (`http://alice.peer.localhost:5380/x`), or `https://…` of the outside web. `tld` is the network's.
 */
export function readAddress(typed: string, tld: string): ReadAddress {
  if (typed.length > MAX_URL_CHARS) return tooLong
  const text = typed.trim()
  if (text === '') return refused(`Type an address, such as alice.${tld}.`)
  const strange = whyStrange(text)
  if (strange !== null) return refused(strange)
  const gateway = fromGateway(text, tld)
  if (gateway !== null) return gateway
  const [, scheme, rest = ''] = SCHEME.exec(text) ?? []
  // `alice.peer:80` looks like a scheme too; what follows tells.
  if (scheme === undefined || (!rest.startsWith('//') && scheme.includes('.'))) return readPage(text.replace(/^@/, ''), tld)
  switch (scheme.toLowerCase()) {
    case 'peer':
      return rest.startsWith('//') ? readPage(rest.slice(2), tld) : refused(`An address is written peer://alice.${tld}/.`)
    case 'https':
      return readOutside(text)
    case 'http':
      return refused('Pages of the outside web open over https only.')
    default:
      return refused(`Addresses begin with peer:// or https://, and not with ${scheme.slice(0, 16)}:.`)
  }
}

/** An address as a page or a program writes it: nothing is added to it, and only its scheme and host may be in capitals. */
export function readUrl(url: string, tld: string): ReadAddress {
  if (!/^(?:peer|https):\/\//i.test(url)) {
    const scheme = SCHEME.exec(url.slice(0, 64))?.[1]
    return refused(scheme === undefined ? 'That is no address.' : `Addresses of the kind ${scheme.slice(0, 16)}: are not opened.`)
  }
  return readAddress(url, tld)
}

/** The same page for an ordinary browser of this machine. Null for what the gateway does not show. */
export function gatewayAddress(address: ReadAddress, port: number): string | null {
  return address.outcome === 'page' ? `http://${address.site}${GATEWAY_ENDING}:${port}${address.path}${address.part}` : null
}

/** Of an address as Latch writes it; null for one of the outside web. */
export function siteOf(url: string): SiteName | null {
  const host = /^peer:\/\/([^/?#]*)/.exec(url)?.[1]
  return host === undefined ? null : (SiteName.safeParse(host).data ?? null)
}

/** An address as it is written out, here and for the gateway. Errors: LatchError BAD_INPUT. */
export function written(typed: string, tld: string, port: number): { url: string; site: SiteName | null; gateway: string | null } {
  const read = readAddress(typed, tld)
  if (read.outcome === 'refused') throw new LatchError('BAD_INPUT', read.why)
  return { url: read.url, site: read.outcome === 'page' ? read.site : null, gateway: gatewayAddress(read, port) }
}

/** `http://alice.peer.localhost:5380/x` is `alice.peer/x`, whatever the port was: links are passed on between machines. */
function fromGateway(text: string, tld: string): ReadAddress | null {
  const match = /^(?:http:\/\/)?([^/?#:@]+)\.localhost(?::\d{1,5})?([/?#].*)?$/is.exec(text)
  const [, host, rest = ''] = match ?? []
  return host?.toLowerCase().endsWith(`.${tld}`) === true ? readPage(`${host}${rest}`, tld) : null
}

function readPage(text: string, tld: string): PageAddress | RefusedAddress {
  const end = text.search(/[/?#]/)
  const typedHost = (end === -1 ? text : text.slice(0, end)).toLowerCase()
  const rest = end === -1 ? '' : text.slice(end)
  const whyNot = whyNoHost(typedHost, tld)
  if (whyNot !== null) return refused(whyNot)
  const site = SiteName.safeParse(typedHost.includes('.') ? typedHost : `${typedHost}.${tld}`)
  if (!site.success) return refused(site.error.issues[0]?.message ?? 'That is no name.')
  // A step back that is written as %2e is one to the parser of every browser; asked for as it stands, it is refused by the site.
  const parsed = URL.parse(`https://${site.data}${rest.startsWith('/') ? '' : '/'}${rest}`)
  if (parsed === null || parsed.hostname !== site.data) return refused('That is no address of a page.')
  const path = `${parsed.pathname}${parsed.search}`
  const url = `peer://${site.data}${path}${parsed.hash}`
  return url.length > MAX_URL_CHARS ? tooLong : { outcome: 'page', url, site: site.data, path, part: parsed.hash }
}

function whyNoHost(host: string, tld: string): string | null {
  if (host === '') return 'There is no name in that.'
  if (host.includes('@')) return 'A name has no account or password before it.'
  if (host.includes(':')) return 'A name has no port.'
  if (/\s/.test(host)) return 'A name has no spaces.'
  if (/[^\0-\x7f]/.test(host)) return 'A name is made of the letters a to z, digits and hyphens; something else in it may look like one.'
  if (host === tld) return `.${tld} is how all names of this network end; write what stands before it too.`
  if (host.includes('.') && !host.endsWith(`.${tld}`)) {
    return `Names of this network end in .${tld}; for the outside web write https:// before it.`
  }
  return null
}

function readOutside(text: string): OutsideAddress | RefusedAddress {
  const parsed = URL.parse(text)
  if (parsed === null || parsed.hostname === '') return refused('That is no address of the outside web.')
  if (parsed.username !== '' || parsed.password !== '') return refused('An address with an account or password in it is not opened.')
  if (parsed.href.length > MAX_URL_CHARS) return tooLong
  return { outcome: 'outside', url: parsed.href, host: parsed.hostname, isLocal: isLocal(parsed.hostname) }
}

/** Numbers instead of a name, no dot in it, or an ending that no public host has. */
function isLocal(host: string): boolean {
  const bare = host.replace(/\.$/, '')
  if (bare.startsWith('[') || /^[\d.]+$/.test(bare) || !bare.includes('.')) return true
  return /\.(?:localhost|local|internal|intranet|lan|home|corp|private|test|home\.arpa)$/.test(bare)
}

function whyStrange(text: string): string | null {
  if (/\p{Cc}/u.test(text)) return 'An address is one line, without control characters.'
  if (/\p{Cs}/u.test(text)) return 'There is half a character in that.'
  const beforeQuery = text.replace(/[?#].*$/s, '')
  if (beforeQuery.includes('\\')) return 'An address has no backslash.'
  if (/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(beforeQuery)) return 'There is a character in that which is not seen.'
  return null
}

const refused = (why: string): RefusedAddress => ({ outcome: 'refused', why })
const tooLong = refused(`An address has at most ${MAX_URL_CHARS.toLocaleString('en')} characters.`)
