import type { Clock } from '../platform/clock.ts'

/** The keys kept at most: those that may speak again are forgotten first. */
const MAX_KEYS = 1_000

/** How often something may be told: of one key once in `everyMs`, and of all together `most` times in `everyMs`. */
export class Sparing<Key> {
  readonly #lastMs = new Map<Key, number>()
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #most: number
  #recentMs: number[] = []

  constructor(clock: Clock, { everyMs, most }: { everyMs: number; most: number }) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#most = most
  }

  /** Whether it may be told now; if so, that counts. */
  take(key: Key): 'now' | 'too-soon' | 'too-many' {
    const nowMs = this.#clock.monotonicMs()
    const lastMs = this.#lastMs.get(key)
    if (lastMs !== undefined && nowMs - lastMs < this.#everyMs) return 'too-soon'
    this.#recentMs = this.#recentMs.filter((atMs) => nowMs - atMs < this.#everyMs)
    if (this.#recentMs.length >= this.#most) return 'too-many'
    this.#recentMs.push(nowMs)
    // Anew, so that the first in the map is the one told longest ago.
    this.#lastMs.delete(key)
    this.#lastMs.set(key, nowMs)
    for (const oldest of this.#lastMs.keys()) {
      if (this.#lastMs.size <= MAX_KEYS) break
      this.#lastMs.delete(oldest)
    }
    return 'now'
  }
}
