import { z } from 'zod'
import { Address, PeerId } from '../../../shared/ids.ts'
import { decode, encode } from '../../platform/cbor.ts'
import {
  ID_BYTES,
  MAX_CLOSER,
  MAX_CLOSER_ADDRESS_CHARS,
  MAX_CLOSER_ADDRESSES,
  MAX_FRAME_BYTES,
  MAX_REQUEST_ID,
  MAX_WATCHED_KEYS,
  MAX_ZONE_BYTES,
} from './constants.ts'

/** 32 bytes on the wire; in here lower-case hex, which compares with `===`. A network, or the key of a zone. */
export type Id = string

const Id = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === ID_BYTES, 'not 32 bytes')
  .transform((bytes): Id => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'))
const ZoneBytes = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= MAX_ZONE_BYTES,
  `not 1 to ${MAX_ZONE_BYTES} bytes`,
)
const id = z.int().min(1).max(MAX_REQUEST_ID)
const network = Id

/** `id` is the asker's own number for it; its answer carries the same. None is used again before it is answered. */
export const Request = z.discriminatedUnion('kind', [
  z.object({ id, kind: z.literal('get'), network, key: Id }),
  z.object({ id, kind: z.literal('put'), network, zone: ZoneBytes }),
  z.object({ id, kind: z.literal('watch'), network, keys: z.array(Id).min(1).max(MAX_WATCHED_KEYS) }),
  /** Of the request or watch with this number: no answer is wanted any more, and none is owed. */
  z.object({ id, kind: z.literal('cancel') }),
])
export type Request = z.infer<typeof Request>

const Closer = z.object({
  peerId: PeerId,
  addresses: z.array(Address.max(MAX_CLOSER_ADDRESS_CHARS)).max(MAX_CLOSER_ADDRESSES),
})
/** A device that is nearer to a key, as somebody says. */
export type Closer = z.infer<typeof Closer>

/** Why a zone is not held, in one word; a word of a later version is `other`. */
export const RefusedPut = z.enum([
  'too-large',
  'malformed',
  'forged',
  'network',
  'nobody',
  'not-owner',
  'expired',
  'clock',
  'older',
  'too-far',
  'other',
])
export type RefusedPut = z.infer<typeof RefusedPut>

const status = <S extends string>(word: S) => z.literal(word)

export const Reply = z.discriminatedUnion('status', [
  /** Of a `get`, and of a `watch` as often as a newer one comes. */
  z.object({ id, status: status('zone'), key: Id, zone: ZoneBytes }),
  z.object({ id, status: status('none'), closer: z.array(Closer).max(MAX_CLOSER) }),
  z.object({ id, status: status('held') }),
  z.object({ id, status: status('refused'), why: RefusedPut.catch('other') }),
  /** Its ledger is behind, so it cannot say whether the owner signed. */
  z.object({ id, status: status('unknown') }),
  z.object({ id, status: status('watching') }),
  /** It does not follow that network. */
  z.object({ id, status: status('foreign') }),
  /** Not now: too many at once, or its answer took too long. */
  z.object({ id, status: status('busy') }),
  /** `id` 0: not even the number could be read. */
  z.object({ id: z.int().min(0).max(MAX_REQUEST_ID), status: status('malformed') }),
])
export type Reply = z.infer<typeof Reply>

/** What a handler says, without its number. */
type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never
export type Said<S extends Reply['status']> = Unnumbered<Extract<Reply, { status: S }>>

/** *Errors*: RangeError for what is beyond the bounds of a request. */
export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  if (request.kind === 'cancel') return encode(request)
  const networkBytes = bytesOf(request.network)
  if (request.kind === 'get') return encode({ ...request, network: networkBytes, key: bytesOf(request.key) })
  if (request.kind === 'put') {
    const { byteLength } = request.zone
    if (byteLength === 0 || byteLength > MAX_ZONE_BYTES) throw new RangeError(`a zone of ${byteLength} bytes`)
    return encode({ ...request, network: networkBytes })
  }
  if (request.keys.length === 0 || request.keys.length > MAX_WATCHED_KEYS) throw new RangeError('not 1 to 64 keys')
  return encode({ ...request, network: networkBytes, keys: request.keys.map(bytesOf) })
}

/** *Errors*: DecodeError. */
export function decodeRequest(frame: Uint8Array): Request {
  return decode(frame, Request, MAX_FRAME_BYTES)
}

export function encodeReply(reply: Reply): Uint8Array<ArrayBuffer> {
  switch (reply.status) {
    case 'zone':
      return encode({ ...reply, key: bytesOf(reply.key) })
    case 'none':
      return encode({ ...reply, closer: reply.closer.slice(0, MAX_CLOSER).map(bounded) })
    default:
      return encode(reply)
  }
}

/** *Errors*: DecodeError. */
export function decodeReply(frame: Uint8Array): Reply {
  return decode(frame, Reply, MAX_FRAME_BYTES)
}

/** The number of a request that could not be read, so that whoever asked learns of it; 0 where that is unreadable too. */
export function numberOf(frame: Uint8Array): number {
  try {
    return decode(frame, z.object({ id }), MAX_FRAME_BYTES).id
  } catch {
    return 0
  }
}

/** Whoever knows more addresses of a device than are told tells the first; longer ones are not told. */
function bounded({ peerId, addresses }: Closer): Closer {
  const short = addresses.filter((address) => address.length <= MAX_CLOSER_ADDRESS_CHARS)
  return { peerId, addresses: short.slice(0, MAX_CLOSER_ADDRESSES) }
}

/** *Errors*: RangeError, for a defect here: the other side would make us pay for it. */
function bytesOf(hex: Id): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'))
  if (bytes.byteLength === ID_BYTES) return bytes
  throw new RangeError('not 32 bytes in hex')
}
