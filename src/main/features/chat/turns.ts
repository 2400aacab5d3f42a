import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import { MAX_TURN_MS } from './limits.ts'

/** Long work in short turns, so that a window's input is never kept waiting. */
export class Turns {
  readonly #clock: Clock
  #startedMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedMs = clock.monotonicMs()
  }

  /** The work begins, or goes on after it waited for something. */
  begin(): void {
    this.#startedMs = this.#clock.monotonicMs()
  }

  /** Lets the rest of the event loop have its turn, if this one has lasted long enough. */
  async pause(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#startedMs < MAX_TURN_MS) return
    await turnOfTheLoop()
    this.begin()
  }
}
