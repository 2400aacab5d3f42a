import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { Address, PeerId, TimeMs } from '../../../../shared/ids.ts'
import { DisplayName } from '../../../../shared/model/identity.ts'
import type { ValidatorCard } from '../../../../shared/model/networks.ts'
import { forLinks, fewOfEach } from '../../../platform/addresses.ts'
import { decode, DecodeError, encode } from '../../../platform/cbor.ts'
import { EnvelopeError, open, seal, type EnvelopeKind } from '../../../platform/envelope.ts'
import { type Hex, toHex } from '../bytes.ts'
import { MAX_CARD_AGE_MS, MAX_CARD_BYTES, MAX_CLOCK_ERROR_MS, MAX_LINK_ADDRESSES } from './limits.ts'
import { bytesOfLink, type LinkKind, linkOf, refused } from './link-text.ts'

/*
 * latch://validator/ + base64url of
 *
 *   envelope, signed by the device's key
 *     { v: 1, label, addresses, madeMs }
 *
 * Who offers is the key that signed. Drawn in docs/wire/network.md.
 */

const VERSION = 1
const kind: EnvelopeKind = { domain: 'latch-validator', type: '/latch/validator/1' }
const link: LinkKind = { head: 'latch://validator/', maxBytes: MAX_CARD_BYTES, what: 'the card of a validator' }

const Versioned = z.object({ v: z.int() })
const Payload = z.object({
  v: z.literal(VERSION),
  label: DisplayName,
  addresses: z.array(Address).max(MAX_LINK_ADDRESSES),
  madeMs: TimeMs,
})

/** A card that holds: the device that it names signed all of it. */
export interface OpenCard {
  readonly key: Hex
  readonly peerId: PeerId
  readonly label: string
  readonly addresses: readonly string[]
  readonly madeMs: number
}

/** An offer of the device whose key this is. Of the addresses as many stay as fit. */
export async function writeCard(
  deviceKey: PrivateKey,
  { label, addresses, madeMs }: { label: string; addresses: readonly string[]; madeMs: number },
): Promise<{ link: string; addresses: string[] }> {
  for (let most = MAX_LINK_ADDRESSES; ; most -= 1) {
    const told = fewOfEach(forLinks(addresses, MAX_LINK_ADDRESSES), most)
    const bytes = await seal(kind, encode({ v: VERSION, label, addresses: told, madeMs }), deviceKey)
    if (bytes.byteLength <= MAX_CARD_BYTES) return { link: linkOf(link, bytes), addresses: told }
    if (most === 0) throw new RangeError('the name of a person is longer than a card holds')
  }
}

/**
 * What a card says, once its signature held. `it` is how the sentences name it: `This card`, `Card 2`.
 * Errors: LatchError BAD_INPUT, with a sentence for each way it can be wrong.
 */
export async function readCard(text: string, nowMs: number, it: string): Promise<OpenCard> {
  const { key, peerId, payload } = await opened(bytesOfLink(link, text, it), it)
  const { v } = decodeOr(payload, Versioned, it)
  if (v !== VERSION) throw refused(`${it} is of another version of Latch; update, or ask for a new one.`)
  const { label, addresses, madeMs } = decodeOr(payload, Payload, it)
  const named = `${it}, of ${label},`
  if (madeMs < nowMs - MAX_CARD_AGE_MS) throw refused(`${named} is older than 30 days: ask for a new one.`)
  if (madeMs > nowMs + MAX_CLOCK_ERROR_MS) {
    throw refused(`${named} was made in the future: the clock of this device, or of theirs, is wrong.`)
  }
  return { key, peerId, label, addresses, madeMs }
}

/** As the window shows it, on the device `me`. */
export function cardFacts({ peerId, label, addresses, madeMs }: OpenCard, me: PeerId): ValidatorCard {
  return { peerId, label, addresses: [...addresses], madeMs, mine: peerId === me }
}

async function opened(bytes: Uint8Array, it: string): Promise<{ key: Hex; peerId: PeerId; payload: Uint8Array }> {
  try {
    const { publicKey, payload } = await open(kind, bytes)
    // Rosters hold Ed25519 keys and nothing else.
    if (publicKey.type !== 'Ed25519') throw new EnvelopeError(`signed by a key of type ${publicKey.type}`)
    return { key: toHex(publicKey.raw), peerId: PeerId.parse(peerIdFromPublicKey(publicKey).toString()), payload }
  } catch (cause) {
    if (!(cause instanceof EnvelopeError)) throw cause
    throw refused(`${it} was tampered with or cut short: ask for a new one.`, cause)
  }
}

function decodeOr<Schema extends z.ZodType>(payload: Uint8Array, schema: Schema, it: string): z.output<Schema> {
  try {
    return decode(payload, schema, MAX_CARD_BYTES)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw refused(`${it} is damaged: ask for a new one.`, cause)
  }
}
