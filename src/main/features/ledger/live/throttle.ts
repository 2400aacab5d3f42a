import type { Cancel, Clock } from '../../../platform/clock.ts'

/** Runs at once when marked, and then not again before `everyMs`: what is marked meanwhile is one more run at the end. */
export class Throttle {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #run: () => void
  #lastMs = Number.NEGATIVE_INFINITY
  #pending: Cancel | null = null

  constructor(clock: Clock, everyMs: number, run: () => void) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#run = run
  }

  mark(): void {
    if (this.#pending !== null) return
    const inMs = this.#lastMs + this.#everyMs - this.#clock.monotonicMs()
    if (inMs <= 0) return this.#go()
    this.#pending = this.#clock.after(inMs, () => {
      this.#pending = null
      this.#go()
    })
  }

  close(): void {
    this.#pending?.()
    this.#pending = () => {}
  }

  #go(): void {
    this.#lastMs = this.#clock.monotonicMs()
    this.#run()
  }
}
