import { decisions } from '../ledger/decisions.ts'
import { sync } from '../ledger/sync.ts'
import { validation } from '../ledger/validation.ts'
import type { Figure } from '../report.ts'
import { gossip } from './gossip.ts'

/**
 * How fast entries are judged, how soon validators agree, how long a chain is caught up with. How news of it spreads is
 * `gossip`, a suite of its own too.
 */
export async function ledger(): Promise<Figure[]> {
  return [...(await validation()), ...(await decisions()), ...(await sync()), ...(await gossip())]
}
