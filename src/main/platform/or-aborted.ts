/** What `promise` gives, or the signal's reason when that comes first. What was waited for goes on; nothing stays on a signal that outlives it. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const leave = (): void => signal.removeEventListener('abort', aborted)
    const aborted = (): void => reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    if (signal.aborted) aborted()
    promise.finally(leave).then(resolve, reject)
  })
}
