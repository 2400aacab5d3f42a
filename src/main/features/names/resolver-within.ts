import { type Cancel, type Clock, DeadlineError } from '../../platform/clock.ts'
import { ASK_MS, SLOW_MS } from './resolver-limits.ts'

/** One question's time: `onSlow` is told that it takes long, and then the signal aborts. */
export interface Patience {
  readonly signal: AbortSignal
  readonly abort: (why: unknown) => void
  readonly release: Cancel
}

/** One timer, and no signal made of several: those cost as much as asking, and eight are asked at once. */
export function patience(clock: Clock, onSlow: () => void): Patience {
  const controller = new AbortController()
  let release = clock.after(SLOW_MS, () => {
    release = clock.after(ASK_MS - SLOW_MS, () => controller.abort(new DeadlineError('an answer', ASK_MS)))
    onSlow()
  })
  return { signal: controller.signal, abort: (why) => controller.abort(why), release: () => release() }
}

/** What `work` gives, unless the signal comes first; a source that does not heed it holds up nobody. */
export function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason)
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted))
  })
}

/** What an error says, to stand within a sentence. */
export function wordOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message.replace(/\.$/, '') : 'no reason given'
}
