import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, seal } from '../../platform/envelope.ts'
import { hpkeOpen, hpkeSeal, type HpkeContext } from '../../platform/hpke.ts'
import { bytesOf, exactBytes, hexOf, someBytes, type Hex } from './bytes.ts'
import {
  KEY_ID_BYTES,
  LENGTH_BYTES,
  LETTER_INFO,
  LETTER_KIND,
  LETTER_SIZES,
  LETTER_VERSION,
  MAX_AROUND_BODY_BYTES,
  MAX_BATCH_BYTES,
  MAX_CARD_BYTES,
  MAX_SEALED_BYTES,
  SEALED_OVERHEAD_BYTES,
} from './constants.ts'

/*
 * A sealed letter, all that a holder ever sees of it:
 *
 *  0      1              17                 49
 * +------+--------------+------------------+---------------------------------- … --------+
 * | 01   | key id       | key made for it  | sealed: length, envelope, zeros      | tag  |   2, 8, 32, 128 or 256 KiB
 * +------+--------------+------------------+---------------------------------- … --------+
 *
 * The key id is random, also where the key is the weekly one: no two letters have anything in common. Inside is an envelope
 * signed by the sender's device, over the recipient and the key id too: nobody who opened it can seal it for somebody else.
 */

/** The longest body of a letter. */
export const MAX_LETTER_BYTES = MAX_SEALED_BYTES - SEALED_OVERHEAD_BYTES - LENGTH_BYTES - MAX_AROUND_BODY_BYTES

const Content = z.object({
  to: PeerId,
  key: exactBytes(KEY_ID_BYTES),
  account: AccountId,
  sentAtMs: TimeMs,
  body: someBytes(MAX_LETTER_BYTES),
  /** Where the sender's own mail is held, and keys for the recipient, where there was room: see card.ts. */
  card: someBytes(MAX_CARD_BYTES).optional(),
  keys: someBytes(MAX_BATCH_BYTES).optional(),
})

export interface LetterToSeal {
  readonly to: PeerId
  readonly key: { readonly id: Hex; readonly publicKey: Uint8Array }
  readonly account: AccountId
  readonly sentAtMs: number
  readonly body: Uint8Array
  /** Goes along where the letter does not become larger by it, the first of them first. */
  readonly besides?: { readonly card?: Uint8Array | undefined; readonly keys?: Uint8Array | undefined }
}

export interface Letter {
  readonly device: PeerId
  readonly account: AccountId
  readonly sentAtMs: number
  readonly body: Uint8Array
  readonly card: Uint8Array | null
  readonly keys: Uint8Array | null
}

/** The size that it will have, one of `LETTER_SIZES`, and how much can go along without making it larger. */
export function sealedSize(letter: Pick<LetterToSeal, 'to' | 'account' | 'sentAtMs' | 'body'>): { bytes: number; roomBytes: number } {
  const { to, account, sentAtMs, body } = letter
  const needed = bytesWith(encode({ to, key: new Uint8Array(KEY_ID_BYTES), account, sentAtMs, body }))
  const bytes = sizeFor(needed)
  // Names and lengths of a card and of keys: 8 bytes each.
  return { bytes, roomBytes: Math.max(0, bytes - needed - 16) }
}

/** *Errors*: RangeError for a body that is empty or too long. */
export async function sealLetter(letter: LetterToSeal, deviceKey: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  const { to, key, account, sentAtMs, body, besides = {} } = letter
  if (body.byteLength === 0 || body.byteLength > MAX_LETTER_BYTES) throw new RangeError(`a letter of ${body.byteLength} bytes`)
  const bare = { to, key: bytesOf(key.id), account, sentAtMs, body }
  const size = sizeFor(bytesWith(encode(bare)))
  let content: z.infer<typeof Content> = bare
  for (const more of [{ card: besides.card }, { keys: besides.keys }]) {
    if (Object.values(more).includes(undefined)) continue
    const larger = { ...content, ...more } as z.infer<typeof Content>
    if (bytesWith(encode(larger)) <= size) content = larger
  }
  const envelope = await seal(LETTER_KIND, encode(content), deviceKey)
  const plain = new Uint8Array(size - SEALED_OVERHEAD_BYTES)
  new DataView(plain.buffer).setUint32(0, envelope.byteLength)
  plain.set(envelope, LENGTH_BYTES)
  const sealed = await hpkeSeal(key.publicKey, contextOf(to, key.id), plain)
  return new Uint8Array(Buffer.concat([Buffer.of(LETTER_VERSION), bytesOf(key.id), sealed]))
}

/** Key of the device, its kind, payload type and lengths around what is signed, and the signature: 142 bytes with Ed25519. */
const ENVELOPE_BYTES = 160

/** Of a sealed letter with this in it, before padding; some bytes more than it takes. */
function bytesWith(content: Uint8Array): number {
  return SEALED_OVERHEAD_BYTES + LENGTH_BYTES + ENVELOPE_BYTES + content.byteLength
}

function sizeFor(bytes: number): number {
  return LETTER_SIZES.find((size) => size >= bytes) ?? MAX_SEALED_BYTES
}

/** Null: no letter of this version, of one of the sizes. */
export function keyIdOf(sealed: Uint8Array): Hex | null {
  if (!LETTER_SIZES.includes(sealed.byteLength) || sealed[0] !== LETTER_VERSION) return null
  return hexOf(sealed.subarray(1, 1 + KEY_ID_BYTES))
}

export type OpenedSeal =
  | { readonly outcome: 'opened'; readonly letter: Letter }
  /** Sealed to another key, or damaged. */
  | { readonly outcome: 'sealed'; readonly why: string }
  /** It opened, and is not what a Latch writes, or not to this device: whoever sealed it knew the key. */
  | { readonly outcome: 'false'; readonly why: string }

/** Opens what was sealed to `me` and this key. */
export async function openLetter(sealed: Uint8Array, me: PeerId, privateKey: Uint8Array): Promise<OpenedSeal> {
  const id = keyIdOf(sealed)
  if (id === null) return { outcome: 'sealed', why: 'not a letter' }
  const plain = await hpkeOpen(privateKey, contextOf(me, id), sealed.subarray(1 + KEY_ID_BYTES))
  if (plain === null) return { outcome: 'sealed', why: 'sealed to another key, or damaged' }
  try {
    return { outcome: 'opened', letter: await read(plain, me, id) }
  } catch (error) {
    if (error instanceof DecodeError || error instanceof EnvelopeError) return { outcome: 'false', why: error.message }
    throw error
  }
}

async function read(plain: Uint8Array, me: PeerId, id: Hex): Promise<Letter> {
  const length = new DataView(plain.buffer, plain.byteOffset, plain.byteLength).getUint32(0)
  if (length > plain.byteLength - LENGTH_BYTES) throw new DecodeError('a length beyond the letter')
  const { publicKey, payload } = await open(LETTER_KIND, plain.subarray(LENGTH_BYTES, LENGTH_BYTES + length))
  const { to, key, account, sentAtMs, body, card, keys } = decode(payload, Content, MAX_SEALED_BYTES)
  if (to !== me || hexOf(key) !== id) throw new DecodeError('a letter that was sealed for somebody else')
  const device = PeerId.parse(peerIdFromPublicKey(publicKey).toString())
  return { device, account, sentAtMs, body, card: card ?? null, keys: keys ?? null }
}

/** Bound in by sealing, and not sent: to whom, in which version, under which key id. */
function contextOf(to: PeerId, id: Hex): HpkeContext {
  return { info: Buffer.from(LETTER_INFO), aad: Buffer.concat([Buffer.of(LETTER_VERSION), bytesOf(id), Buffer.from(to)]) }
}
