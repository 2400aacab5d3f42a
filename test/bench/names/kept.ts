import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'
import { latch } from './latch.ts'

const LOOK_UPS = 5_000
const WARM_UP = 1_000
const MICROSECONDS = 1_000

/** A look-up that the resource map answers, one after another. */
export async function kept(): Promise<Figure[]> {
  const { told, nodes } = await latch.village(2, 0)
  const asker = await latch.asker(told, 'all')
  try {
    await asker.ended(0)
    const took: number[] = []
    for (let round = 0; round < LOOK_UPS + WARM_UP; round++) {
      const startMs = performance.now()
      await asker.cached(0)
      if (round >= WARM_UP) took.push((performance.now() - startMs) * MICROSECONDS)
    }
    return [{ suite: 'names', what: 'kept: one look-up', unit: 'µs', summary: summarize(took), goal: '< 50 µs' }]
  } finally {
    await asker.close()
    for (const node of nodes) await node.close()
  }
}
