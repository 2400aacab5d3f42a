import { z } from 'zod'
import { decode, encode } from '../../platform/cbor.ts'
import {
  HEADERS_PER_FRAME,
  ID_BYTES,
  MAX_BLOCK_BYTES,
  MAX_BLOCKS,
  MAX_CERTIFICATE_BYTES,
  MAX_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_FRAME_BYTES,
  MAX_GENESIS_BYTES,
  MAX_HEADER_BYTES,
  MAX_LOCATOR,
  MAX_POOL_IDS,
  MAX_REQUEST_BYTES,
  MAX_WHY_LENGTH,
  PIECE_BYTES,
} from './constants.ts'

/** 32 bytes on the wire; in here lower-case hex, which compares with `===`. */
export type Id = string

const bytesUpTo = (max: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= max,
    `not 1 to ${max} bytes`,
  )
const certificate = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength <= MAX_CERTIFICATE_BYTES,
  `more than ${MAX_CERTIFICATE_BYTES} bytes`,
)
const Id = z.codec(
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === ID_BYTES, 'not 32 bytes'),
  z.string(),
  {
    decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'),
    encode: (hex) => new Uint8Array(Buffer.from(hex, 'hex')),
  },
)

const Head = z.object({ id: Id, height: z.int().nonnegative(), weight: z.int().nonnegative() })
/** The last block of somebody's chain, as they say; and what all certificates up to it weigh together. */
export type WireHead = z.infer<typeof Head>

const Certified = z.object({ header: bytesUpTo(MAX_HEADER_BYTES), certificate })
export type CertifiedHeader = z.infer<typeof Certified>

const network = Id

export const Request = z.discriminatedUnion('kind', [
  /** With the asker's own head, so that one request tells both. */
  z.object({ kind: z.literal('head'), network, head: Head }),
  z.object({ kind: z.literal('genesis'), network }),
  /** Ids of blocks that the asker has, newest first; the network itself may be the last. */
  z.object({ kind: z.literal('headers'), network, locator: z.array(Id).min(1).max(MAX_LOCATOR) }),
  z.object({ kind: z.literal('blocks'), network, ids: z.array(Id).min(1).max(MAX_BLOCKS) }),
  z.object({ kind: z.literal('snapshot'), network }),
  z.object({ kind: z.literal('pool'), network }),
  z.object({ kind: z.literal('entries'), network, ids: z.array(Id).min(1).max(MAX_ENTRIES) }),
  z.object({ kind: z.literal('validate'), network, from: z.int().positive() }),
])
export type Request = z.infer<typeof Request>

const status = <S extends string>(word: S) => z.literal(word)
const Why = z.string().max(MAX_WHY_LENGTH)

/** One frame of an answer. Which may follow which is drawn in docs/wire/chain.md. */
export const Reply = z.discriminatedUnion('status', [
  z.object({ status: status('head'), head: Head }),
  z.object({ status: status('genesis'), genesis: bytesUpTo(MAX_GENESIS_BYTES) }),
  /** The newest of the locator on this side's chain, and where that chain ends now. Headers follow, upwards. */
  z.object({ status: status('common'), common: Id, head: Head }),
  z.object({ status: status('headers'), headers: z.array(Certified).min(1).max(HEADERS_PER_FRAME) }),
  /** Nothing of the locator is here: blocks begin above this height. */
  z.object({ status: status('apart'), base: z.int().nonnegative() }),
  z.object({ status: status('block'), block: bytesUpTo(MAX_BLOCK_BYTES) }),
  z.object({ status: status('missing'), id: Id }),
  z.object({ status: status('snapshot'), header: bytesUpTo(MAX_HEADER_BYTES), certificate }),
  /** `last`: the part ends with it. */
  z.object({ status: status('piece'), bytes: bytesUpTo(PIECE_BYTES), last: z.boolean() }),
  z.object({ status: status('pool'), ids: z.array(Id).max(MAX_POOL_IDS) }),
  z.object({ status: status('entries'), entries: z.array(bytesUpTo(MAX_ENTRY_BYTES)).min(1).max(MAX_ENTRIES) }),
  z.object({ status: status('whole'), head: Id, height: z.int().nonnegative() }),
  z.object({ status: status('broken'), height: z.int().positive(), why: Why }),
  z.object({ status: status('refused'), why: Why }),
  z.object({ status: status('none') }),
  z.object({ status: status('unknown') }),
  z.object({ status: status('busy') }),
  z.object({ status: status('malformed') }),
])
export type Reply = z.infer<typeof Reply>

/** What a chain that was checked turned out to be. */
export type Validated = Extract<Reply, { status: 'whole' | 'broken' | 'refused' }>

export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  return encode(z.encode(Request, request))
}

/** *Errors*: DecodeError. */
export function decodeRequest(frame: Uint8Array): Request {
  return decode(frame, Request, MAX_REQUEST_BYTES)
}

export function encodeReply(reply: Reply): Uint8Array<ArrayBuffer> {
  return encode(z.encode(Reply, reply))
}

/** *Errors*: DecodeError. */
export function decodeReply(frame: Uint8Array): Reply {
  return decode(frame, Reply, MAX_FRAME_BYTES)
}
