import { z } from 'zod'
import { PeerId } from '../../../shared/ids.ts'
import { SiteName } from '../../../shared/model/sites.ts'
import { decode, encode } from '../../platform/cbor.ts'
import {
  CID_BYTES,
  MAX_ANSWER_BYTES,
  MAX_NUMBER,
  MAX_PIECE_BYTES,
  MAX_REQUEST_BYTES,
  MAX_WANTS_PER_FRAME,
  MAX_WANTS_WAITING,
  MAX_WHO,
  REPLY_HEADER_BYTES,
} from './constants.ts'
import { CopyProtocolError } from './errors.ts'

/**
 * A block by its CID: on the wire its 36 bytes, in here lower-case hex, which compares with `===`. Version 1, dag-pb or raw,
 * SHA-256: 0170 1220 or 0155 1220, and the hash.
 */
export type BlockId = string

const BLOCK_ID = /^01(?:70|55)1220[0-9a-f]{64}$/

export function isBlockId(text: string): text is BlockId {
  return BLOCK_ID.test(text)
}

const Cid = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === CID_BYTES, `not ${CID_BYTES} bytes`)
  .transform(hexOf)
  .refine(isBlockId, 'not a CID of version 1, dag-pb or raw, with SHA-256')

/** Whether whatever else it is, it could be read by a newer Latch. */
const AnyOpening = z.object({ as: z.string().min(1).max(32) })

/**
 * The first frame of who asks. `blocks`: of the tree under `root` that the site is made of; the door is asked whether they
 * may visit it. `provide`: I have the tree under `root`. `who`: who said so?
 */
export const Opening = z.discriminatedUnion('as', [
  z.object({ as: z.literal('blocks'), site: SiteName, root: Cid }),
  z.object({ as: z.literal('provide'), root: Cid }),
  z.object({ as: z.literal('who'), root: Cid }),
])
export type Opening = z.infer<typeof Opening>

/** `none`: does not have this tree under this name; said only to whom the door let in. */
export const RefusedStatus = z.enum(['knock-first', 'denied', 'unproven', 'none', 'busy', 'unsupported', 'malformed'])
export type RefusedStatus = z.infer<typeof RefusedStatus>

/** The first frame back. A status that a newer Latch made up is no `open`. */
export const Answer = z.object({
  status: z
    .string()
    .max(32)
    .transform((status): 'open' | 'told' | RefusedStatus =>
      status === 'open' || status === 'told' ? status : (RefusedStatus.options.find((known) => known === status) ?? 'denied'),
    ),
  /** Only with `told`, to `who`. */
  peers: z.array(PeerId).max(MAX_WHO).default([]),
})
export type Answer = z.infer<typeof Answer>

const number = z.int().min(1).max(MAX_NUMBER)

/** What follows an `open`. The wants of one frame have the numbers `first`, `first + 1`, … */
export const Request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('want'), first: number, cids: z.array(Cid).min(1).max(MAX_WANTS_PER_FRAME) }),
  /** No answer is needed any more; one may come all the same. */
  z.object({ kind: z.literal('cancel'), numbers: z.array(number).min(1).max(MAX_WANTS_WAITING) }),
])
export type Request = z.infer<typeof Request>

/** A piece of the block that was wanted with this number; the pieces of one come one after another. */
export type Reply =
  | { readonly kind: 'last' | 'more'; readonly number: number; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly number: number }

const KINDS = ['last', 'more', 'none'] as const

/** *Errors*: DecodeError. Null: a newer Latch may know what is asked; this one does not. */
export function decodeOpening(frame: Uint8Array): Opening | null {
  const { as } = decode(frame, AnyOpening, MAX_REQUEST_BYTES)
  if (!Opening.options.some(({ shape }) => shape.as.value === as)) return null
  return decode(frame, Opening, MAX_REQUEST_BYTES)
}

export function encodeOpening(opening: Opening): Uint8Array<ArrayBuffer> {
  return encode({ ...opening, root: bytesOf(opening.root) })
}

/** *Errors*: DecodeError. */
export function decodeAnswer(frame: Uint8Array): Answer {
  return decode(frame, Answer, MAX_ANSWER_BYTES)
}

export function encodeAnswer(status: Answer['status'], peers: readonly PeerId[] = []): Uint8Array<ArrayBuffer> {
  return encode(status === 'told' ? { status, peers: peers.slice(0, MAX_WHO) } : { status })
}

/** *Errors*: DecodeError. */
export function decodeRequest(frame: Uint8Array): Request {
  return decode(frame, Request, MAX_REQUEST_BYTES)
}

export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  return encode(request.kind === 'want' ? { ...request, cids: request.cids.map(bytesOf) } : request)
}

/** *Errors*: CopyProtocolError. */
export function decodeReply(frame: Uint8Array): Reply {
  const kind = KINDS[frame[0] ?? KINDS.length]
  if (kind === undefined || frame.byteLength < REPLY_HEADER_BYTES) throw new CopyProtocolError('an answer of no known kind')
  const at = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(1)
  const bytes = frame.subarray(REPLY_HEADER_BYTES)
  if (at === 0) throw new CopyProtocolError('an answer to nothing')
  if (kind === 'none') {
    if (bytes.byteLength > 0) throw new CopyProtocolError('a none with something behind it')
    return { kind, number: at }
  }
  // Without this, a block could come in a million frames that say nothing.
  if (kind === 'more' && bytes.byteLength === 0) throw new CopyProtocolError('an empty piece')
  return { kind, number: at, bytes }
}

export function encodeReply(reply: Reply): Uint8Array<ArrayBuffer> {
  const bytes = reply.kind === 'none' ? new Uint8Array() : reply.bytes
  if (bytes.byteLength > MAX_PIECE_BYTES) throw new RangeError(`a piece of ${bytes.byteLength} bytes`)
  const frame = new Uint8Array(REPLY_HEADER_BYTES + bytes.byteLength)
  const view = new DataView(frame.buffer)
  view.setUint8(0, KINDS.indexOf(reply.kind))
  view.setUint32(1, reply.number)
  frame.set(bytes, REPLY_HEADER_BYTES)
  return frame
}

export function hexOf(bytes: Uint8Array): BlockId {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** *Errors*: RangeError, for a defect here: the other side would make us pay for it. */
export function bytesOf(id: BlockId): Uint8Array<ArrayBuffer> {
  if (!isBlockId(id)) throw new RangeError('not a block')
  return new Uint8Array(Buffer.from(id, 'hex'))
}
