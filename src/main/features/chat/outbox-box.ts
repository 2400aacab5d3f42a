import type { Cancel } from '../../platform/clock.ts'
import type { Waiting } from './schedule.ts'

/** One account with something waiting, or being tried. */
export interface Box {
  failures: number
  trying: boolean
  /** Somebody asked for a try while one was under way. */
  again: boolean
  lastTryMs: number | null
  /** Something was acknowledged since. */
  progressed: boolean
  cancel: Cancel
  waiting: Waiting | null
}

export function emptyBox(): Box {
  return { failures: 0, trying: false, again: false, lastTryMs: null, progressed: false, cancel: () => {}, waiting: null }
}
