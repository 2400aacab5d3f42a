import { MINUTE, SECOND } from '../../../shared/units.ts'
import { delay, type Clock } from '../../platform/clock.ts'

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 4 * SECOND
/** A quiet minute, and somebody who mistyped starts afresh. */
const FORGET_AFTER_MS = MINUTE
/** Each waiting one holds a connection; beyond these they are cut off without an answer. */
export const MAX_WAITING = 32

/**
 * Slows down who fails to show a token: 0.1 s, 0.2 s, 0.4 s… 4 s. Asked only after a failure, so whoever holds a good
 * token never waits, also while somebody else is trying.
 */
export class Brake {
  readonly #clock: Clock
  #failures = 0
  #lastMs = 0
  #waiting = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves when the failure may be answered; `cut`: not at all. */
  async failed(): Promise<'answer' | 'cut'> {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#lastMs > FORGET_AFTER_MS) this.#failures = 0
    this.#lastMs = nowMs
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures)
    this.#failures += 1
    if (this.#waiting >= MAX_WAITING) return 'cut'
    this.#waiting += 1
    await delay(this.#clock, waitMs)
    this.#waiting -= 1
    return 'answer'
  }
}
