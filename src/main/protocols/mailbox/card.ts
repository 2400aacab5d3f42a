import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { AccountId, Address, PeerId, TimeMs } from '../../../shared/ids.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import { HPKE_KEY_BYTES } from '../../platform/hpke.ts'
import { bytesOf, exactBytes, hexBytes } from './bytes.ts'
import {
  BOX_BYTES,
  CARD_KIND,
  KEY_ID_BYTES,
  KEYS_KIND,
  MAX_ADDRESSES_OF_HOLDER,
  MAX_BATCH_BYTES,
  MAX_CARD_BYTES,
  MAX_HOLDERS_IN_CARD,
  MAX_KEYS_IN_BATCH,
} from './constants.ts'

/** Somebody with whom letters for this device may be left. `box`: what to say there. */
const HolderInCard = z.object({
  peerId: PeerId,
  box: hexBytes(BOX_BYTES),
  addresses: z.array(Address).max(MAX_ADDRESSES_OF_HOLDER),
})
export type HolderInCard = z.infer<typeof HolderInCard>

/** How one device can be written to while it is away. A higher `seq` counts. */
const MailCard = z.object({
  device: PeerId,
  account: AccountId,
  seq: z.int().nonnegative(),
  holders: z.array(HolderInCard).max(MAX_HOLDERS_IN_CARD),
  /** For when one-time keys have run out. `untilMs`: nothing is sealed to it from then on. */
  weekly: z.object({ key: exactBytes(HPKE_KEY_BYTES), untilMs: TimeMs }),
  untilMs: TimeMs,
})
export type MailCard = z.infer<typeof MailCard>

const OneTimeKey = z.object({ id: hexBytes(KEY_ID_BYTES), key: exactBytes(HPKE_KEY_BYTES) })
export type OneTimeKey = z.infer<typeof OneTimeKey>

/** Keys that `device` gave to `to` and to nobody else, each for one letter. Nothing is sealed to them from `untilMs` on. */
const KeyBatch = z.object({
  device: PeerId,
  to: PeerId,
  keys: z.array(OneTimeKey).min(1).max(MAX_KEYS_IN_BATCH),
  untilMs: TimeMs,
})
export type KeyBatch = z.infer<typeof KeyBatch>

export type Opened<T> =
  | { readonly outcome: 'valid'; readonly value: T }
  | { readonly outcome: 'invalid'; readonly why: string }

export function sealCard(card: MailCard, deviceKey: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  const holders = card.holders.map((holder) => ({ ...holder, box: bytesOf(holder.box) }))
  return seal(CARD_KIND, encode({ ...card, holders }), deviceKey)
}

/** Signed by the device that it speaks of. That this is a device of `account`, the caller has to know otherwise. */
export function openCard(envelope: Uint8Array): Promise<Opened<MailCard>> {
  return openSigned(CARD_KIND, envelope, MailCard, MAX_CARD_BYTES)
}

export function sealBatch(batch: KeyBatch, deviceKey: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  const keys = batch.keys.map(({ id, key }) => ({ id: bytesOf(id), key }))
  return seal(KEYS_KIND, encode({ ...batch, keys }), deviceKey)
}

/** Signed by the device whose keys they are. */
export function openBatch(envelope: Uint8Array): Promise<Opened<KeyBatch>> {
  return openSigned(KEYS_KIND, envelope, KeyBatch, MAX_BATCH_BYTES)
}

async function openSigned<T extends { readonly device: PeerId }>(
  kind: EnvelopeKind,
  envelope: Uint8Array,
  schema: z.ZodType<T>,
  maxBytes: number,
): Promise<Opened<T>> {
  if (envelope.byteLength > maxBytes) return { outcome: 'invalid', why: `${envelope.byteLength} bytes` }
  try {
    const { publicKey, payload } = await open(kind, envelope)
    const value = decode(payload, schema, maxBytes)
    if (peerIdFromPublicKey(publicKey).toString() !== value.device) return { outcome: 'invalid', why: 'signed by another device' }
    return { outcome: 'valid', value }
  } catch (error) {
    if (error instanceof DecodeError || error instanceof EnvelopeError) return { outcome: 'invalid', why: error.message }
    throw error
  }
}
