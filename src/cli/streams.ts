import { RPCLink } from '@orpc/client/fetch'
import type { Control } from './control-file.ts'

/** A feature's stream: server-sent events over `/rpc`. It ends with AbortError when `signal` aborts. */
export async function stream(
  { url, token }: Control,
  path: readonly string[],
  input: unknown,
  signal?: AbortSignal,
): Promise<AsyncIterator<unknown, unknown, void>> {
  const link = new RPCLink({ url: `${url}/rpc`, headers: { authorization: `Bearer ${token}` } })
  const items = await link.call(path, input, { context: {}, ...(signal === undefined ? {} : { signal }) })
  const iterator = items as AsyncIterator<unknown, unknown, void>
  // `fetch` knows its signal by a weak reference, and forgets it when memory is collected (Node 24): an abort would then
  // leave the connection open, and the process waiting for it.
  const letGo = (): void => void iterator.return?.().catch(() => {})
  signal?.addEventListener('abort', letGo, { once: true })
  if (signal?.aborted === true) letGo()
  return iterator
}
