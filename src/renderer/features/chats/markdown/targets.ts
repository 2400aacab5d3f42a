import { MAX_OUTSIDE_CHARS, outsideOf } from '../../../../shared/outside.ts'
import { linksIn, type Link } from '../links.ts'

/** Where a link of Markdown leads: to a site of a network, or out of Latch. */
export type Target = Link | { kind: 'mail'; url: string; host: string }

/** What may be opened of what somebody wrote as an address; null: nothing, and it is shown as the text it is. Pure. */
export function targetOf(address: string, tld: string): Target | null {
  if (address.length > MAX_OUTSIDE_CHARS || /[\s\p{Cc}\p{Cf}]/u.test(address)) return null
  const [whole] = linksIn(address, tld)
  if (whole !== undefined && whole.from === 0 && whole.to === address.length) return whole.link
  const outside = outsideOf(address)
  if (outside === null) return null
  return outside.kind === 'mail' ? { kind: 'mail', url: outside.url, host: outside.to } : { kind: 'outside', url: outside.url, host: outside.host }
}
