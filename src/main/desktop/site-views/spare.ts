import { SECOND } from '../../../shared/units.ts'
import type { Clock } from '../../platform/clock.ts'
import { MAX_STRAIN, MAX_TOLD_A_SECOND, STRAIN_MS } from './limits.ts'

/*
 * How much of a page's doing is heard. What it tells of costs the main process time, however little is made of it.
 */

/** Whether one more may be told of in this second. */
export function spared(clock: Clock): () => boolean {
  const count = counted(clock, SECOND)
  return () => count(1) <= MAX_TOLD_A_SECOND
}

export interface Strain {
  /** For each thing heard of: as many as it weighs. */
  add(weight?: number): void
  /** What was called for; until it is forgotten, as it is with the page's process, nothing more of it is worth telling. */
  readonly isTooMuch: boolean
  forget(): void
}

/** `tooMuch` is called, once, when a page is more than the window can bear. */
export function strained(clock: Clock, tooMuch: () => void): Strain {
  let count = counted(clock, STRAIN_MS)
  let isTooMuch = false
  return {
    add(weight = 1) {
      if (isTooMuch || count(weight) <= MAX_STRAIN) return
      isTooMuch = true
      tooMuch()
    },
    get isTooMuch() {
      return isTooMuch
    },
    forget() {
      isTooMuch = false
      count = counted(clock, STRAIN_MS)
    },
  }
}

/** The sum of what it was called with in the span of time that runs. */
function counted(clock: Clock, spanMs: number): (weight: number) => number {
  let sinceMs = -Infinity
  let sum = 0
  return (weight) => {
    const nowMs = clock.monotonicMs()
    if (nowMs - sinceMs >= spanMs) {
      sinceMs = nowMs
      sum = 0
    }
    sum += weight
    return sum
  }
}
