import type { OpenFailure } from '../../../shared/model/browse.ts'
import type { SentKnock } from '../../../shared/model/door.ts'

/** Our latest knock for one site at one device; null: there was none since `sinceMs`. */
export function lastVisitKnock(
  sent: Iterable<SentKnock>,
  { peerId, site }: NonNullable<OpenFailure['knock']>,
  sinceMs: number,
): SentKnock | null {
  let last: SentKnock | null = null
  for (const knock of sent) {
    const isOfIt = knock.capability === 'visit' && knock.peerId === peerId && knock.about.name === site
    if (isOfIt && knock.sentMs >= sinceMs && (last === null || knock.sentMs > last.sentMs)) last = knock
  }
  return last
}
