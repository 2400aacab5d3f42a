import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { NamesSnapshot } from '../types.ts'
import { HELD_EVERY_MS } from './limits.ts'

type HeldForOthers = NamesSnapshot['held']

/** How much is held for others, told once a second at most. */
export class HeldNews {
  readonly #clock: Clock
  readonly #size: () => HeldForOthers
  readonly #changed: (held: HeldForOthers) => void
  #told: HeldForOthers
  #cancelTimer: Cancel | null = null

  constructor(clock: Clock, size: () => HeldForOthers, changed: (held: HeldForOthers) => void) {
    this.#clock = clock
    this.#size = size
    this.#changed = changed
    this.#told = size()
  }

  /** Something was handed over or dropped. */
  noticed(): void {
    this.#cancelTimer ??= this.#clock.after(HELD_EVERY_MS, () => {
      this.#cancelTimer = null
      const now = this.#size()
      if (now.zones === this.#told.zones && now.bytes === this.#told.bytes) return
      this.#told = now
      this.#changed(now)
    })
  }

  stop(): void {
    this.#cancelTimer?.()
  }
}
