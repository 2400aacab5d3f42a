import type { Context } from './context.ts'
import { exitCodes } from './failure.ts'

/** What a stream gives, one after the other, until Ctrl-C, which is a good end. */
export async function followed<Item>(
  context: Context,
  open: (options: { signal: AbortSignal }) => PromiseLike<AsyncIterable<Item>>,
  tell: (item: Item) => void | Promise<void>,
): Promise<void> {
  const { interrupted } = context.io
  try {
    for await (const item of await open({ signal: interrupted })) await tell(item)
  } catch (error) {
    if (!interrupted.aborted) throw error
  }
  if (interrupted.aborted) context.exitWith(exitCodes.done)
}

/** Names change seldom, and a busy stream brings many events: they are asked for at most so often. */
const NAMES_EVERY_MS = 1_000

/** Asks for names where the last answer is older than a second; begins with `nobody`. */
export function lately<Known>(context: Context, ask: () => Promise<Known>, nobody: Known): () => Promise<Known> {
  let known = nobody
  let askedMs = Number.NEGATIVE_INFINITY
  return async () => {
    const now = context.io.nowMs()
    if (now - askedMs >= NAMES_EVERY_MS) {
      askedMs = now
      known = await ask()
    }
    return known
  }
}
