import type { Cancel, Clock } from '../../platform/clock.ts'

/**
 * Runs something for a key at once, and whatever is asked for within `everyMs` of that once more at its end: a peer
 * that tells its news a thousand times a second is listened to once.
 */
export class Coalesced<Key> {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #run: (key: Key) => void
  readonly #resting = new Map<Key, { cancel: Cancel; again: boolean }>()

  constructor(clock: Clock, everyMs: number, run: (key: Key) => void) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#run = run
  }

  ask(key: Key): void {
    const resting = this.#resting.get(key)
    if (resting !== undefined) {
      resting.again = true
      return
    }
    const rested = (): void => {
      const isAsked = this.#resting.get(key)?.again === true
      this.#resting.delete(key)
      if (isAsked) this.ask(key)
    }
    this.#resting.set(key, { cancel: this.#clock.after(this.#everyMs, rested), again: false })
    this.#run(key)
  }

  stop(): void {
    for (const { cancel } of this.#resting.values()) cancel()
    this.#resting.clear()
  }
}
