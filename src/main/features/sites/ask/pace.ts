import type { PeerId } from '../../../../shared/ids.ts'
import { SECOND } from '../../../../shared/units.ts'
import { MAX_PACED, PACE_BURST, PACE_LONGEST_MS, PACE_PER_SECOND } from '../limits.ts'

const EACH_MS = SECOND / PACE_PER_SECOND

/** How fast streams are opened to a device, so that no page costs this device its standing there. */
export class StreamPace {
  /** When each device may be asked at its full burst again; the one longest unused comes first. */
  readonly #restedMs = new Map<PeerId, number>()

  /** How long to wait before the next one, in ms; null when that is too long, and then it does not count. */
  next(peerId: PeerId, nowMs: number): number | null {
    const restedMs = Math.max(nowMs, this.#restedMs.get(peerId) ?? nowMs) + EACH_MS
    const waitMs = Math.max(0, restedMs - nowMs - PACE_BURST * EACH_MS)
    if (waitMs > PACE_LONGEST_MS) return null
    this.#restedMs.delete(peerId)
    this.#restedMs.set(peerId, restedMs)
    const [oldest] = this.#restedMs.keys()
    if (this.#restedMs.size > MAX_PACED && oldest !== undefined) this.#restedMs.delete(oldest)
    return waitMs
  }
}
