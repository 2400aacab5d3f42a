/** Time as an argument: what reads a clock or waits takes one of these, so that a test can hold the hands. */
export interface Clock {
  /** Milliseconds since the epoch; can jump when somebody sets the machine's clock. */
  nowMs(): number
  /** Milliseconds that only ever grow, for measuring and for deadlines. */
  monotonicMs(): number
  /** Runs once after `delayMs`, unless cancelled. Never keeps the process alive. */
  after(delayMs: number, run: () => void): Cancel
}

export type Cancel = () => void

/** Node's timers overflow above 2^31-1 ms and then fire at once: longer waits are made in legs. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    let timer: NodeJS.Timeout
    const leg = (leftMs: number): void => {
      const legMs = Math.min(leftMs, LONGEST_TIMER_MS)
      timer = setTimeout(() => (leftMs > legMs ? leg(leftMs - legMs) : run()), legMs)
      timer.unref()
    }
    leg(Math.max(0, delayMs))
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`; rejects with the signal's reason when that comes first. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', aborted)
      resolve()
    })
    const aborted = (): void => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', aborted, { once: true })
  })
}

/** A signal that aborts after `delayMs` on this clock, or with `parent`. `release` frees its timer. */
export function deadline(
  clock: Clock,
  delayMs: number,
  what: string,
  parent?: AbortSignal,
): { signal: AbortSignal; release: Cancel } {
  const controller = new AbortController()
  const release = clock.after(delayMs, () => controller.abort(new DeadlineError(what, delayMs)))
  const signal = parent === undefined ? controller.signal : AbortSignal.any([controller.signal, parent])
  return { signal, release }
}

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  constructor(what: string, delayMs: number) {
    super(`${what} took longer than ${delayMs} ms`)
  }
}
