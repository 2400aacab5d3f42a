import type { Clock } from '../../platform/clock.ts'
import type { Notice } from '../../protocols/introduction/index.ts'
import { NonsenseError } from './failure.ts'
import { MAX_IDLE_NOTICES, NOTICE_EVERY_MS } from './limits.ts'

/**
 * Takes the notices of one stream: one in NOTICE_EVERY_MS is heeded. Errors: NonsenseError, which ends the stream, where
 * they do not cease.
 */
export function heeding(clock: Clock, heed: (notice: Notice) => void): (notice: Notice) => void {
  let nextAtMs = Number.NEGATIVE_INFINITY
  let idle = 0
  return (notice) => {
    const nowMs = clock.monotonicMs()
    if (nowMs >= nextAtMs) {
      nextAtMs = nowMs + NOTICE_EVERY_MS
      return heed(notice)
    }
    idle += 1
    if (idle > MAX_IDLE_NOTICES) throw new NonsenseError('it gives notice all the time')
  }
}
