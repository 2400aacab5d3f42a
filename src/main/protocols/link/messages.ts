import { z } from 'zod'
import { decode, encode } from '../../platform/cbor.ts'
import { cleanText } from '../hello/index.ts'
import {
  KEY_BYTES, MAX_ACCOUNT_BYTES, MAX_LABEL_LENGTH, MAX_LINK_FRAME_BYTES, MAX_RAW_LABEL_LENGTH, NONCE_BYTES, PIECE_BYTES, PROOF_BYTES,
} from './constants.ts'

const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength === length, `not ${length} bytes`)

const label = z
  .string()
  .max(MAX_RAW_LABEL_LENGTH)
  .transform((raw) => cleanText(raw, MAX_LABEL_LENGTH))

/**
 * `none`: no code counts here. `used`: somebody else came with it. `wrong`: not the secret of the code. `ended`: it was tried
 * in vain too often. `expired`, `declined`, `cancelled`: as they say. `version`, `malformed`: of the messages. `failed`:
 * something there did not work.
 */
export const LinkStatus = z.enum(['none', 'used', 'wrong', 'ended', 'expired', 'declined', 'cancelled', 'version', 'malformed', 'failed'])
export type LinkStatus = z.infer<typeof LinkStatus>

export const Version = z.object({ v: z.int() })
/** The first frame of the new device. */
export const Begin = z.object({ v: z.int(), nonce: bytes(NONCE_BYTES), key: bytes(KEY_BYTES) })
export type Begin = z.infer<typeof Begin>

const Refused = z.object({ kind: z.literal('refused'), status: LinkStatus })
const Offer = z.object({ kind: z.literal('offer'), nonce: bytes(NONCE_BYTES), key: bytes(KEY_BYTES) })
export type Offer = z.infer<typeof Offer>
export const OfferOrRefused = z.discriminatedUnion('kind', [Offer, Refused])

/** What the new device says of itself; `proof` is over the rest. */
export const Proof = z.object({ proof: bytes(PROOF_BYTES), mailKey: bytes(KEY_BYTES), label })
export type Proof = z.infer<typeof Proof>

const Proven = z.object({ kind: z.literal('proven'), proof: bytes(PROOF_BYTES) })
export const ProvenOrRefused = z.discriminatedUnion('kind', [Proven, Refused])

/** Sealed; so many bytes follow in pieces. */
const Account = z.object({ kind: z.literal('account'), bytes: z.int().min(1).max(MAX_ACCOUNT_BYTES) })
export const AccountOrRefused = z.discriminatedUnion('kind', [Account, Refused])
export const Piece = z.object({
  piece: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength > 0 && value.byteLength <= PIECE_BYTES),
})
/** The new device has everything on its disk. */
export const Whole = z.object({ kind: z.literal('whole') })
export const Done = z.object({ kind: z.literal('done') })

/** Errors: DecodeError. */
export function readMessage<Schema extends z.ZodType>(frame: Uint8Array, schema: Schema): z.output<Schema> {
  return decode(frame, schema, MAX_LINK_FRAME_BYTES)
}

export function writeRefused(status: LinkStatus): Uint8Array {
  return encode({ kind: 'refused', status } satisfies z.infer<typeof Refused>)
}
