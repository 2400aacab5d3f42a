import { z } from 'zod'
import { FileId } from '../../../shared/ids.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { CHUNK_BYTES, HASH_BYTES, MAX_GROUPS } from '../../platform/hash-tree.ts'
import { MAX_MESSAGE_BYTES, MAX_RUN, REPLY_HEADER_BYTES } from './constants.ts'
import { FileProtocolError } from './errors.ts'
import { SIDE_KEY_BYTES } from './side/keys.ts'

/** The first frame of who asks. */
export const Opening = z.object({ file: FileId })
export type Opening = z.infer<typeof Opening>

/** `denied`: also what nobody offered them. `not-here`: it was offered, and is not, or no longer what it was. */
export const RefusedStatus = z.enum(['denied', 'unproven', 'not-here', 'busy', 'malformed'])
export type RefusedStatus = z.infer<typeof RefusedStatus>

const hash = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === HASH_BYTES, `not ${HASH_BYTES} bytes`)

/** What the id binds; the reader hashes it before it believes it. */
const Open = z.object({ status: z.literal('open'), bytes: z.int().nonnegative(), manifest: z.int().nonnegative(), top: hash })
/** A status that a newer Latch made up is a refusal. */
const Refused = z.object({
  status: z
    .string()
    .max(32)
    .transform((status): RefusedStatus => RefusedStatus.options.find((known) => known === status) ?? 'denied'),
})
export const Answer = z.union([Open, Refused])
export type Answer = z.infer<typeof Answer>

const number = z.int().nonnegative().max(2 ** 32 - 1)

/** What follows an `open`, each answered in its order; `whole` is not answered. */
export const Request = z.discriminatedUnion('want', [
  z.object({ want: z.literal('groups') }),
  z.object({ want: z.literal('leaves'), group: number.max(MAX_GROUPS) }),
  /** `side`: beside the stream, once there is a way. */
  z.object({ want: z.literal('chunks'), first: number, count: z.int().min(1).max(MAX_RUN), side: z.literal(true).optional() }),
  /** A way for chunks beside the stream; nothing in the answer: there is none. */
  z.object({ want: z.literal('side') }),
  /** All of it came and is verified: whoever offered it may show that. */
  z.object({ want: z.literal('whole') }),
])
export type Request = z.infer<typeof Request>

const KINDS = ['groups', 'leaves', 'chunk', 'gone', 'side'] as const
export type ReplyKind = (typeof KINDS)[number]

export interface Reply {
  readonly kind: ReplyKind
  /** Of the group or the chunk; 0 otherwise. */
  readonly number: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Where the other side waits, and the key that both use there. */
export const Side = z.object({
  port: z.int().min(1).max(65_535),
  key: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === SIDE_KEY_BYTES, `not ${SIDE_KEY_BYTES} bytes`),
})
export type Side = z.infer<typeof Side>

/** *Errors* of these: DecodeError. */
export const decodeOpening = (frame: Uint8Array): Opening => decode(frame, Opening, MAX_MESSAGE_BYTES)
export const decodeAnswer = (frame: Uint8Array): Answer => decode(frame, Answer, MAX_MESSAGE_BYTES)
export const decodeRequest = (frame: Uint8Array): Request => decode(frame, Request, MAX_MESSAGE_BYTES)
export const decodeSide = (bytes: Uint8Array): Side => decode(bytes, Side, MAX_MESSAGE_BYTES)
export const encodeMessage = (message: Opening | Answer | Request | Side): Uint8Array<ArrayBuffer> => encode(message)

/** The bytes are a view of the frame: nothing is copied. *Errors*: FileProtocolError. */
export function decodeReply(frame: Uint8Array): Reply {
  const kind = KINDS[frame[0] ?? KINDS.length]
  if (kind === undefined || frame.byteLength < REPLY_HEADER_BYTES) throw new FileProtocolError('an answer of no known kind')
  const at = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(1)
  return { kind, number: at, bytes: frame.subarray(REPLY_HEADER_BYTES) as Uint8Array<ArrayBuffer> }
}

/** Room for an answer: its header written, and `bytes` to be filled in. */
export function replyFrame(kind: ReplyKind, at: number, room: Uint8Array, bytes: number): { frame: Uint8Array; payload: Uint8Array } {
  if (bytes > CHUNK_BYTES) throw new RangeError(`an answer of ${bytes} bytes`)
  const frame = room.subarray(0, REPLY_HEADER_BYTES + bytes)
  frame[0] = KINDS.indexOf(kind)
  new DataView(frame.buffer, frame.byteOffset).setUint32(1, at)
  return { frame, payload: frame.subarray(REPLY_HEADER_BYTES) }
}

export function encodeReply(kind: ReplyKind, at: number, bytes: Uint8Array = new Uint8Array()): Uint8Array {
  const { frame, payload } = replyFrame(kind, at, new Uint8Array(REPLY_HEADER_BYTES + bytes.byteLength), bytes.byteLength)
  payload.set(bytes)
  return frame
}
