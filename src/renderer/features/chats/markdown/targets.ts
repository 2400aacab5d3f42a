import { MAX_OUTSIDE_CHARS, outsideOf } from '../../../../shared/outside.ts'
import { linksIn, type Link } from '../links.ts'
import { isName } from '../mention.ts'

/** Where a link of Markdown leads: to a site of a network, or out of Latch. */
export type Target = Link | { kind: 'mail'; url: string; host: string }

/** What may be opened of what somebody wrote as an address; null: nothing, and it is shown as the text it is. Pure. */
export function targetOf(address: string, tld: string): Target | null {
  if (address.length > MAX_OUTSIDE_CHARS || /[\s\p{Cc}\p{Cf}]/u.test(address)) return null
  const [whole] = linksIn(address, tld)
  if (whole !== undefined && whole.from === 0 && whole.to === address.length) return whole.link
  const site = siteOfWeb(address, tld)
  if (site !== null) return site
  const outside = outsideOf(address)
  if (outside === null) return null
  return outside.kind === 'mail' ? { kind: 'mail', url: outside.url, host: outside.to } : { kind: 'outside', url: outside.url, host: outside.host }
}

/**
 * A site of this network written as one of the web, which is also what Markdown makes of `www.alice.peer`: the system's
 * browser would ask the DNS for the name, and find nothing. What is said to be `https:` is left to the web.
 */
function siteOfWeb(address: string, tld: string): Link | null {
  const [, host = '', rest = ''] = /^http:\/\/([^/?#]*)(.*)$/i.exec(address) ?? []
  if (!isName(host.toLowerCase(), tld)) return null
  const [page] = linksIn(`peer://${host}${rest}`, tld)
  return page?.link.kind === 'page' ? page.link : null
}
