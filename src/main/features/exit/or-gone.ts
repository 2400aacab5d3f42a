/** Also what does not listen to the signal is not waited for longer. *Errors*: its own; the signal's reason. */
export function orGone<Value>(made: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(signal.reason)
    if (signal.aborted) gone()
    signal.addEventListener('abort', gone, { once: true })
    made.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone))
  })
}
