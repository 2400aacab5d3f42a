import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import { program } from './far-programs.ts'
import type { News, NewsOrders } from './news.ts'

const COUNT = 25
const WARM_UP = 3
const suite = 'names'

const WAYS: Record<NewsOrders['way'], string> = {
  gossip: 'by gossip, all watching',
  watch: 'by a watch at a holder',
}

/** From signing a zone to each who watches it having checked it, in a village of 25 in one process. */
export async function news(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const oneWayMs of [0, 25]) {
    for (const way of ['gossip', 'watch'] as const) {
      const village = await program<News>('news.ts', { way, count: COUNT, oneWayMs } satisfies NewsOrders)
      try {
        const tookMs: number[] = []
        let expected = 0
        for (let round = 0; round < WARM_UP + 15; round++) {
          const told = await village.call('publish', { forMs: oneWayMs === 0 ? 150 : 500 })
          if (round < WARM_UP) continue
          tookMs.push(...told.tookMs)
          expected += told.expected
        }
        const arrived = tookMs.length === expected ? '' : ` (${tookMs.length} of ${expected} in time)`
        const what = `published to visible, ${oneWayMs === 0 ? 'loopback' : `links of ${oneWayMs} ms`}, ${WAYS[way]}${arrived}`
        figures.push({ suite, what, unit: 'ms', summary: summarize(tookMs), ...(oneWayMs === 0 ? {} : { goal: 'about a round trip' }) })
      } finally {
        await village.kill()
      }
    }
  }
  return figures
}
