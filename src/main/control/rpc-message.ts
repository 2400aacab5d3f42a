import { z } from 'zod'
import { MiB } from '../../shared/units.ts'

/** UTF-16 units. The largest honest call is a program's: a body of 1 MiB is 1.4 MiB in base64. */
export const MAX_RPC_MESSAGE = 2 * MiB

const id = z.string().min(1).max(32)
const ABORT = 4

/**
 * What a client may send over a port or a socket: a call, or that it no longer wants the answer. oRPC's peers throw on
 * anything else, in a place where nobody catches it; so what comes from outside is looked at first. Streams *towards*
 * the node and binary messages exist in oRPC and not in our contract.
 */
const RpcMessage = z.union([
  z.object({ i: id, t: z.literal(ABORT) }),
  z.object({
    i: id,
    t: z.undefined().optional(),
    p: z.object({
      u: z.string().max(2048).startsWith('/'),
      m: z.string().max(16).optional(),
      h: z.record(z.string(), z.string().or(z.array(z.string()))).optional(),
      b: z.unknown().optional(),
    }),
  }),
])

/** Why `data` is not a message of a client, or null when it is one. */
export function whyNotRpc(data: unknown): string | null {
  if (typeof data !== 'string') return 'not text'
  if (data.length > MAX_RPC_MESSAGE) return `longer than ${MAX_RPC_MESSAGE}`
  let message: unknown
  try {
    message = JSON.parse(data)
  } catch {
    return 'not JSON'
  }
  return RpcMessage.safeParse(message).success ? null : 'not an rpc message'
}
