import type { Cancel, Clock } from '../../../platform/clock.ts'

export interface Staggered<Value> {
  readonly clock: Clock
  /** How long each has before the next begins beside it. */
  readonly afterMs: number
  readonly signal?: AbortSignal | undefined
  /** Nobody else would answer otherwise: it is the error of all. */
  readonly isFinal?: (error: unknown) => boolean
  /** It came when another one was taken already. */
  readonly drop?: (value: Value) => void
}

/** None of several came to something; `errors` in the order of those tried. */
export class AllFailedError extends Error {
  override readonly name = 'AllFailedError'
  readonly errors: readonly unknown[]
  constructor(errors: readonly unknown[]) {
    super('none of them came to something')
    this.errors = errors
  }
}

/**
 * The first of several that comes to something: each begins when the one before failed, or takes too long; the others are
 * dropped then. *Errors*: a final one; AllFailedError; the signal's reason.
 */
export function firstOf<Value>(starts: readonly ((signal: AbortSignal) => Promise<Value>)[], options: Staggered<Value>): Promise<Value> {
  const { clock, afterMs, signal } = options
  const left = [...starts]
  const errors: unknown[] = []
  const running = new Set<AbortController>()
  return new Promise((resolve, reject) => {
    let isOver = false
    let cancel: Cancel = () => {}

    const end = (settle: () => void): void => {
      isOver = true
      cancel()
      signal?.removeEventListener('abort', aborted)
      for (const one of running) one.abort(new Error('another one was taken'))
      settle()
    }
    const aborted = (): void => end(() => reject(signal?.reason))
    const next = (): void => {
      const start = left.shift()
      if (start === undefined) return
      const own = new AbortController()
      running.add(own)
      cancel()
      if (left.length > 0) cancel = clock.after(afterMs, next)
      start(own.signal).then(
        (value) => {
          running.delete(own)
          if (isOver) options.drop?.(value)
          else end(() => resolve(value))
        },
        (error: unknown) => {
          running.delete(own)
          if (isOver) return
          if (options.isFinal?.(error) === true) return end(() => reject(error))
          errors.push(error)
          if (left.length > 0) next()
          else if (running.size === 0) end(() => reject(new AllFailedError(errors)))
        },
      )
    }

    if (signal?.aborted === true) return aborted()
    signal?.addEventListener('abort', aborted, { once: true })
    if (left.length === 0) return end(() => reject(new AllFailedError([])))
    next()
  })
}
