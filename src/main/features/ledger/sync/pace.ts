import type { Clock } from '../../../platform/clock.ts'

/** A turn of the event loop: timers, sockets and the window come first. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** How many things one turn may do, from how long the last ones took. */
export class Pace {
  readonly #turnMs: number
  readonly #most: number
  #count: number

  constructor(turnMs: number, most: number) {
    this.#turnMs = turnMs
    this.#most = most
    this.#count = Math.min(8, most)
  }

  get count(): number {
    return this.#count
  }

  /** At most twice as many as before, so that one lucky batch does not make a long turn. */
  took(count: number, ms: number): void {
    const fits = ms <= 0 ? this.#most : Math.floor((count * this.#turnMs) / ms)
    this.#count = Math.max(1, Math.min(fits, this.#count * 2, this.#most))
  }
}

/** Whoever does many small things asks after each, and lets the loop turn when the time is up. */
export class Turns {
  readonly #clock: Clock
  readonly #turnMs: number
  #beganMs: number

  constructor(clock: Clock, turnMs: number) {
    this.#clock = clock
    this.#turnMs = turnMs
    this.#beganMs = clock.monotonicMs()
  }

  async next(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#beganMs < this.#turnMs) return
    await breathe()
    this.#beganMs = this.#clock.monotonicMs()
  }
}
