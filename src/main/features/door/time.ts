import type { Clock } from '../../platform/clock.ts'
import type { Moment } from './policy.ts'

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

  /** For display and for the log: what the person's clock shows. Whole ms, as the contract wants them. */
  wallMs(): number {
    return Math.max(0, Math.round(this.#clock.nowMs()))
  }

  /** The wall clock of the start, run on: no jump within this run. It stands still while the machine sleeps. */
  steadyMs(): number {
    return this.#startWallMs + this.#clock.monotonicMs() - this.#startMonotonicMs
  }

  now(): Moment {
    const [wallMs, steadyMs] = [this.#clock.nowMs(), this.steadyMs()]
    return { earliestMs: Math.min(wallMs, steadyMs), latestMs: Math.max(wallMs, steadyMs) }
  }
}
