/** What `promise` gives, or the signal's reason when that comes first. What was waited for goes on. */
export function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason)
    if (signal.aborted) return aborted()
    signal.addEventListener('abort', aborted, { once: true })
    const leave = (): void => signal.removeEventListener('abort', aborted)
    promise.then(resolve, reject).finally(leave)
  })
}
