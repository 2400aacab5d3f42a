import { whyNotRpc } from '../../../src/main/control/rpc-message.ts'
import { must } from '../oracle.ts'

/** Messages of clients of the node: programs with a token, and whatever else reaches its socket. */
export async function fuzz(data: Buffer): Promise<void> {
  const text = data.toString('utf8')
  const why = whyNotRpc(text)
  if (why !== null) return
  const value = JSON.parse(text) as { i?: unknown }
  must(typeof value.i === 'string', 'a call without a number')
}
