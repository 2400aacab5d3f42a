/** What `promise` gives, or the signal's reason when that comes first. Leaves nothing on a signal that outlives it. */
export async function withSignal<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const aborted = (): void => reject(signal.reason)
  signal.addEventListener('abort', aborted, { once: true })
  if (signal.aborted) aborted()
  try {
    return await Promise.race([promise, late])
  } finally {
    signal.removeEventListener('abort', aborted)
  }
}
