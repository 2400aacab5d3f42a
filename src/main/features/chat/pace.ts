import type { AccountId } from '../../../shared/ids.ts'
import { SECOND } from '../../../shared/units.ts'
import { ENTRIES_BURST, ENTRIES_PER_SECOND } from './limits.ts'

/** Longest wait at once: shorter than the time after which the other side gives a stream up that acknowledges nothing. */
const LONGEST_WAIT_MS = 5 * SECOND

interface Bucket {
  readonly left: number
  readonly atMs: number
}

/** How fast each author's entries are taken, whoever brings them. Only of authors of whom something was stored. */
export class Pace {
  readonly #buckets = new Map<AccountId, Bucket>()

  /** So many entries of an author were stored. Gives how long to wait before more is read where they came from. */
  stored(author: AccountId, count: number, monotonicMs: number): number {
    const { left, atMs } = this.#buckets.get(author) ?? { left: ENTRIES_BURST, atMs: monotonicMs }
    const filled = Math.min(ENTRIES_BURST, left + ((monotonicMs - atMs) / SECOND) * ENTRIES_PER_SECOND)
    const now = filled - count
    this.#buckets.set(author, { left: now, atMs: monotonicMs })
    return now >= 0 ? 0 : Math.min(LONGEST_WAIT_MS, Math.ceil((-now / ENTRIES_PER_SECOND) * SECOND))
  }
}
