import type { Cancel, Clock } from '../../src/main/platform/clock.ts'

/** A clock whose hands the test moves. Timers run in order of their time, then of their making. */
export class FakeClock implements Clock {
  #wallMs: number
  #monotonicMs = 0
  #timers: { dueMs: number; run: () => void }[] = []

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startMs
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

  /** Moves both hands, running what falls due, with the event loop turned after each so that promises settle. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((other) => other !== next)
      this.#step(Math.max(0, next.dueMs - this.#monotonicMs))
      next.run()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#step(endMs - this.#monotonicMs)
    await new Promise((resolve) => setImmediate(resolve))
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
