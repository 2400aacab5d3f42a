import type { NetworkId } from '../../../shared/model/ledger.ts'
import type { Gossip, GossipMessage, GossipVerdict, Topic } from '../../platform/gossip.ts'
import { MAX_ZONE_BYTES } from '../../protocols/names/index.ts'
import type { Holder } from './holder.ts'
import { judgeZone } from './judge.ts'
import { NEWS_MS, ZONES_PER_AUTHOR } from './keeping-limits.ts'

export interface ZoneGossipParts {
  readonly gossip: Gossip
  readonly network: NetworkId
  readonly holder: Pick<Holder, 'facts' | 'news'>
}

/** Enters the topic in which owners say that there is a newer zone, so that whoever watches a name has it in a round trip. */
export function enterZones({ gossip, network, holder }: ZoneGossipParts): Topic {
  return gossip.enter(`/latch/${network}/zones`, {
    maxBytes: MAX_ZONE_BYTES,
    perAuthor: ZONES_PER_AUTHOR,
    judge: (message) => judgeNews(message, holder),
  })
}

/** What is not valid is passed on by nobody; what no honest device passes on is paid for by whoever did. */
export async function judgeNews(
  { data, from, receivedMs }: Pick<GossipMessage, 'data' | 'from' | 'receivedMs'>,
  holder: Pick<Holder, 'facts' | 'news'>,
): Promise<GossipVerdict> {
  const judged = await judgeZone(data, holder.facts())
  if (judged.verdict === 'unknown') return { verdict: 'ignore', why: judged.why }
  if (judged.verdict === 'refused') return { verdict: judged.points > 0 ? 'reject' : 'ignore', why: judged.why }
  const { signed } = judged
  if (receivedMs - signed.zone.issuedAtMs > NEWS_MS) return { verdict: 'ignore', why: 'it is no news: it was issued long ago' }
  // The same one may have been handed over here before gossip brought it, and those behind this device have not got it.
  if (holder.news(signed, from) === 'older') return { verdict: 'ignore', why: 'a newer one is here' }
  return { verdict: 'accept', why: 'its owner signed it, and nothing newer is here' }
}
