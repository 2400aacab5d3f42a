import { z } from 'zod'
import { PostId } from '../../../shared/model/square.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { MAX_DEPTH, MAX_TRACE_BYTES } from './constants.ts'
import { SquareProtocolError } from './errors.ts'

/** How many hops did this message take to you? `depth`: devices that may still be asked behind the one that is asked. */
const Request = z.object({ kind: z.literal('trace'), id: PostId, depth: z.int().min(0).max(MAX_DEPTH) })
export type TraceRequest = Omit<z.infer<typeof Request>, 'kind'>

/**
 * `unknown`: it has no such message, or those behind it would not say. `busy`: too many questions.
 * Hops to the one that answers: 0 where the message was written.
 */
const Reply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), hops: z.int().min(0).max(MAX_DEPTH) }),
  z.object({ status: z.literal('unknown') }),
  z.object({ status: z.literal('busy') }),
  z.object({ status: z.literal('malformed') }),
])
export type TraceReply = z.infer<typeof Reply>

export function encodeRequest({ id, depth }: TraceRequest): Uint8Array {
  return encode({ kind: 'trace', id, depth })
}

export function encodeReply(reply: TraceReply): Uint8Array {
  return encode(reply)
}

/** Errors of both: SquareProtocolError. */
export function decodeRequest(frame: Uint8Array | null): TraceRequest {
  const { id, depth } = taking(frame, Request)
  return { id, depth }
}

export function decodeReply(frame: Uint8Array | null): TraceReply {
  return taking(frame, Reply)
}

function taking<Schema extends z.ZodType>(frame: Uint8Array | null, schema: Schema): z.output<Schema> {
  if (frame === null) throw new SquareProtocolError('the stream ended where a message was due')
  try {
    return decode(frame, schema, MAX_TRACE_BYTES)
  } catch (cause) {
    if (cause instanceof DecodeError) throw new SquareProtocolError(cause.message, { cause })
    throw cause
  }
}
