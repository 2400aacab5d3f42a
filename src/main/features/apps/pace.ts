import type { PeerId } from '../../../shared/ids.ts'
import { SECOND } from '../../../shared/units.ts'
import { MAX_PACED, PACE_BURST, PACE_LONGEST_MS, PACE_PER_SECOND } from './limits.ts'

const EACH_MS = SECOND / PACE_PER_SECOND

/**
 * How fast this device asks others, so that no program of ours costs it its standing with them. Each device has a
 * bucket: so many at once, then so many a second.
 */
export class Pace {
  /** When the bucket of each device will be full again. */
  readonly #fullAtMs = new Map<PeerId, number>()

  /** How long the next request is to wait; null when that is too long, and then nothing was taken. */
  take(peerId: PeerId, nowMs: number): number | null {
    const fullAtMs = Math.max(nowMs, this.#fullAtMs.get(peerId) ?? 0) + EACH_MS
    const waitMs = Math.max(0, fullAtMs - nowMs - PACE_BURST * EACH_MS)
    if (waitMs > PACE_LONGEST_MS) return null
    this.#fullAtMs.delete(peerId)
    this.#fullAtMs.set(peerId, fullAtMs)
    if (this.#fullAtMs.size > MAX_PACED) this.#forgetOne()
    return waitMs
  }

  /** The one longest unused. */
  #forgetOne(): void {
    for (const peerId of this.#fullAtMs.keys()) return void this.#fullAtMs.delete(peerId)
  }
}
