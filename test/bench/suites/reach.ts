import { whyNoLab } from '../../lab/machine.ts'
import { crowd } from '../reach/crowd.ts'
import { pairs } from '../reach/pairs.ts'
import { relays } from '../reach/relays.ts'
import type { Figure } from '../report.ts'

/**
 * How two devices reach each other: through a relay against directly and against hyperdht's, every pair of the lab, and
 * what a full introducer costs. The latter two need namespaces.
 */
export async function reach(): Promise<Figure[]> {
  const onLoopback = await relays()
  const why = await whyNoLab()
  if (why !== null) {
    console.log(`reach, pairs and crowd: skipped, because ${why}`)
    return onLoopback
  }
  return [...onLoopback, ...(await crowd()), ...(await pairs())]
}
