import { hops } from '../names/hops.ts'
import { kept } from '../names/kept.ts'
import { lookups, ONE_WAY_MS } from '../names/lookups.ts'
import { memory } from '../names/memory-figures.ts'
import { news } from '../names/news-figures.ts'
import { whole } from '../names/whole-figures.ts'
import type { Figure } from '../report.ts'

const OURS_AND_OTHERS = ['latch', 'hyperdht', 'bittorrent', 'pkarr'] as const

/**
 * How soon a name is looked up, beside hyperdht's `mutableGet`, bittorrent-dht's records of BEP 44, pkarr and stock
 * js-libp2p in the same run: cold, warm and kept; how many a second; how soon news is seen; hops in a simulated thousand;
 * what a node takes of memory. All of it on loopback, with villages of our own.
 *
 * Warm: connected with all of the village, or with all of it in the routing table. Cold: a node that is made and is
 * connected with nobody. Each until the first valid answer. A link's delay is on both ways of each packet; where TCP is
 * dialled, on its handshake too.
 */
export async function names(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const oneWayMs of [0, ONE_WAY_MS]) {
    for (const peers of [20, 50]) figures.push(...(await lookups({ peers, oneWayMs }, OURS_AND_OTHERS, peers === 50)))
  }
  return [...figures, ...(await stock()), ...(await kept()), ...(await news()), ...(await whole()), ...hops(), ...(await memory())]
}

/** js-libp2p with stock settings takes a second for each, so it is asked seldom, and by itself. */
function stock(): Promise<Figure[]> {
  return lookups({ peers: 50, oneWayMs: 0 }, ['kad'], false)
}
