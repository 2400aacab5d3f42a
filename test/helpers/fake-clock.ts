import type { Cancel, Clock } from '../../src/main/platform/clock.ts'

const oneTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * A clock whose hands the test moves. Timers run in order of their time, then of their making. `settle` resolves when what
 * a timer began has been dealt with: one turn of the event loop, unless more than promises lies between.
 */
export class FakeClock implements Clock {
  readonly #settle: () => Promise<void>
  #wallMs: number
  #monotonicMs = 0
  #timers: { dueMs: number; run: () => void }[] = []

  constructor(startMs = Date.UTC(2026, 0, 1), settle = oneTurn) {
    this.#wallMs = startMs
    this.#settle = settle
  }

  nowMs(): number {
    return this.#wallMs
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Moves both hands, running what falls due, and lets it settle after each. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#step(Math.max(0, next.dueMs - this.#monotonicMs))
      next.run()
      await this.#settle()
    }
    this.#step(endMs - this.#monotonicMs)
    await this.#settle()
  }

  /** Somebody set the machine's clock: only the wall hand moves. */
  jump(ms: number): void {
    this.#wallMs += ms
  }

  #step(ms: number): void {
    this.#monotonicMs += ms
    this.#wallMs += ms
  }
}
