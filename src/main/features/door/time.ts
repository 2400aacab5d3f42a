import type { Clock } from '../../platform/clock.ts'

/** The door's view of a clock that somebody may set: what it shows, and what it would show if it had only run on. */
export class DoorTime {
  readonly #clock: Clock
  readonly #startWallMs: number
  readonly #startMonotonicMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startWallMs = clock.nowMs()
    this.#startMonotonicMs = clock.monotonicMs()
  }

  /** What the person's clock shows, for display, for the log and for dates. Whole ms, as the contract wants them. */
  wallMs(): number {
    return Math.max(0, Math.round(this.#clock.nowMs()))
  }

  /** The wall clock of the start, run on: no jump within this run. It stands still while the machine sleeps. */
  steadyMs(): number {
    return this.#startWallMs + this.#clock.monotonicMs() - this.#startMonotonicMs
  }

  /** When, in steady ms, a date of the wall clock comes if nobody sets the clock from now on. */
  steadyAt(wallMs: number): number {
    return this.steadyMs() + wallMs - this.#clock.nowMs()
  }
}
