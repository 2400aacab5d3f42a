/** Runs `run` of each, at most `atOnce` at a time, until all are done or the signal aborts. *Errors*: those of `run`. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const waiting = [...items]
  const next = (): T | undefined => (signal?.aborted === true ? undefined : waiting.shift())
  const one = async (): Promise<void> => {
    for (let item = next(); item !== undefined; item = next()) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, one))
}
