import { RPCLink } from '@orpc/client/fetch'
import type { Control } from './control-file.ts'

/** A feature's stream: server-sent events over `/rpc`. */
export async function stream(
  { url, token }: Control,
  path: readonly string[],
  input: unknown,
  signal?: AbortSignal,
): Promise<AsyncIterator<unknown, unknown, void>> {
  const link = new RPCLink({ url: `${url}/rpc`, headers: { authorization: `Bearer ${token}` } })
  const items = await link.call(path, input, { context: {}, ...(signal === undefined ? {} : { signal }) })
  return items as AsyncIterator<unknown, unknown, void>
}
