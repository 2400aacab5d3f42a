import { z } from 'zod'
import { Address, PeerId } from '../../../../shared/ids.ts'
import { NetworkLabel } from '../../../../shared/model/networks.ts'
import { dialable, fewOfEach, forLinks } from '../../../platform/addresses.ts'
import { decode, DecodeError, encode } from '../../../platform/cbor.ts'
import { bytesUpTo, sha256 } from '../bytes.ts'
import type { Genesis } from '../genesis.ts'
import { decodeGenesis, encodeGenesis } from '../genesis.ts'
import { MAX_GENESIS_BYTES } from '../limits.ts'
import {
  MAX_CLOCK_ERROR_MS, MAX_LINK_ADDRESSES, MAX_LINK_PEERS, MAX_NETWORK_LINK_BYTES, MIN_SLOT_MS, SUM_BYTES,
} from './limits.ts'
import { bytesOfLink, type LinkKind, linkOf, refused } from './link-text.ts'

/*
 * latch://network/ + base64url of
 *
 *   0     8
 *   | sum | DAG-CBOR { v: 1, genesis, label, peers: [{ peerId, addresses }] } |
 *
 * The id of the network follows from the genesis. Drawn in docs/wire/network.md.
 */

const VERSION = 1
const link: LinkKind = { head: 'latch://network/', maxBytes: MAX_NETWORK_LINK_BYTES, what: 'a link to a network' }
const IT = 'This link'

const Versioned = z.object({ v: z.int() })
const Payload = z.object({
  v: z.literal(VERSION),
  genesis: bytesUpTo(MAX_GENESIS_BYTES),
  label: NetworkLabel,
  peers: z
    .array(z.object({ peerId: PeerId, addresses: z.array(Address).max(MAX_LINK_ADDRESSES) }))
    .max(MAX_LINK_PEERS),
})

/** A device by which a network may be found. */
export interface Hint {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
}

export interface OpenNetworkLink {
  readonly genesis: Genesis
  readonly label: string
  readonly hints: readonly Hint[]
}

/** A link to a network. Of `hints`, the first ones, with as many addresses as fit. */
export function writeNetworkLink({ genesis, label, hints }: OpenNetworkLink): string {
  const told = hints.slice(0, MAX_LINK_PEERS).map(({ peerId, addresses }) => {
    return { peerId, addresses: forLinks(addresses, MAX_LINK_ADDRESSES) }
  })
  for (let most = MAX_LINK_ADDRESSES; ; most -= 1) {
    const peers = told.map(({ peerId, addresses }) => ({ peerId, addresses: fewOfEach(addresses, most) }))
    const body = encode({ v: VERSION, genesis: encodeGenesis(genesis), label, peers })
    const sizeBytes = SUM_BYTES + body.byteLength
    if (sizeBytes <= MAX_NETWORK_LINK_BYTES) return linkOf(link, Buffer.concat([sumOf(body), body]))
    if (most === 0) throw new RangeError(`a link of ${sizeBytes} bytes, although it names no address`)
  }
}

/** What a link says. Errors: LatchError BAD_INPUT, with a sentence for each way it can be wrong. */
export function readNetworkLink(text: string, nowMs: number): OpenNetworkLink {
  const bytes = bytesOfLink(link, text, IT)
  const [sum, body] = [bytes.subarray(0, SUM_BYTES), bytes.subarray(SUM_BYTES)]
  if (Buffer.compare(sum, sumOf(body)) !== 0) {
    throw refused('This link was damaged or cut short: copy all of it once more.')
  }
  const { v } = decodeOr(body, Versioned)
  if (v !== VERSION) throw refused('This link is of another version of Latch; update, or ask for a new one.')
  const { genesis: rules, label, peers } = decodeOr(body, Payload)
  const genesis = genesisOrNot(rules)
  const why = typeof genesis === 'string' ? genesis : whyNotFollowed(genesis, nowMs)
  if (typeof genesis === 'string' || why !== null) throw refused(`The network of this link cannot be joined: ${why}.`)
  const hints = peers.map(({ peerId, addresses }) => ({ peerId, addresses: dialable(addresses) }))
  return { genesis, label, hints }
}

/** The genesis of these bytes, or what is wrong with it, to be put after a colon. */
export function genesisOrNot(bytes: Uint8Array): Genesis | string {
  try {
    return decodeGenesis(bytes)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    return `this Latch does not understand its rules (${cause.message})`
  }
}

/** Why nobody should follow a network of these rules, which are otherwise well formed; null where they may. */
export function whyNotFollowed({ slotMs, startMs }: Genesis, nowMs: number): string | null {
  if (slotMs < MIN_SLOT_MS) return `its slots of ${slotMs} ms would only keep this device busy`
  if (startMs > nowMs + MAX_CLOCK_ERROR_MS) return 'it begins in the future, or the clock of this device is wrong'
  return null
}

function sumOf(body: Uint8Array): Uint8Array {
  return sha256(body).subarray(0, SUM_BYTES)
}

function decodeOr<Schema extends z.ZodType>(body: Uint8Array, schema: Schema): z.output<Schema> {
  try {
    return decode(body, schema, MAX_NETWORK_LINK_BYTES)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw refused('This link is damaged: ask for a new one.', cause)
  }
}
