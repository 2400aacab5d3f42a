import { linksIn, type Link } from '../links.ts'

/** Where a link of Markdown leads: to a site of a network, or out of Latch. */
export type Target = Link | { kind: 'mail'; url: string; host: string }

const MAX_URL_CHARS = 2_048

/** What may be opened of what somebody wrote as an address; null: nothing, and it is shown as the text it is. Pure. */
export function targetOf(address: string, tld: string): Target | null {
  if (address.length > MAX_URL_CHARS || /[\s\p{Cc}\p{Cf}]/u.test(address)) return null
  const [whole] = linksIn(address, tld)
  if (whole !== undefined && whole.from === 0 && whole.to === address.length) return whole.link
  if (!URL.canParse(address)) return null
  const { protocol, username, password, host, href, pathname } = new URL(address)
  if (protocol === 'mailto:') return { kind: 'mail', url: href, host: decoded(pathname) }
  if ((protocol !== 'http:' && protocol !== 'https:') || username !== '' || password !== '') return null
  return { kind: 'outside', url: href, host }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
