import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { LatchError } from '../../../shared/errors.ts'
import { AccountId, Address, PeerId, TimeMs } from '../../../shared/ids.ts'
import { DisplayName } from '../../../shared/model/identity.ts'
import { NetworkId } from '../../../shared/model/ledger.ts'
import { NetworkLabel } from '../../../shared/model/networks.ts'
import type { Invitation } from '../../../shared/model/peers.ts'
import { fewOfEach, forLinks } from '../../platform/addresses.ts'
import { cidOfDigest, decode, DecodeError, digestOfCid, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import {
  FEW_INVITATION_ADDRESSES, MAX_INTRODUCER_RECORD_BYTES, MAX_INVITATION_ADDRESSES, MAX_INVITATION_BYTES,
  MAX_INVITATION_INTRODUCERS, MAX_INVITATION_LASTS_MS, MAX_READ_INTRODUCERS,
} from './limits.ts'

/*
 * latch://invite/ + base64url of
 *
 *   envelope, signed by the device's key
 *     { v: 1, account, name, peerId, addresses, token, expiresMs, deviceList, introducers?, network? }
 *                                                                  |           each an envelope, signed by its introducer
 *                                                                  envelope, signed by the account's key
 *
 * The account says which devices are its own, one of them says the rest. Drawn in docs/wire/invitation.md.
 */

const PREFIX = 'latch://invite/'
const VERSION = 1
const DIGEST_BYTES = 32
const kind: EnvelopeKind = { domain: 'latch-invitation', type: '/latch/invitation/1' }

const Payload = z.object({
  v: z.literal(VERSION),
  account: AccountId,
  name: DisplayName,
  peerId: PeerId,
  addresses: z.array(Address).max(MAX_INVITATION_ADDRESSES),
  token: z.instanceof(Uint8Array).refine((token) => token.byteLength === 16),
  expiresMs: TimeMs,
  deviceList: z.instanceof(Uint8Array),
  // Of the second part of Latch: the first one wrote none, and ignores them.
  introducers: z
    .array(z.instanceof(Uint8Array).refine((record) => record.byteLength <= MAX_INTRODUCER_RECORD_BYTES))
    .max(MAX_READ_INTRODUCERS)
    .default([]),
  // Of the fourth part of Latch: those before wrote none, and ignore it.
  network: z
    .object({
      id: z.instanceof(Uint8Array).refine((digest) => digest.byteLength === DIGEST_BYTES),
      label: NetworkLabel,
    })
    .optional(),
})
const Versioned = z.object({ v: z.int() })

/** An invitation that holds: everything in it was said by the device and account that it names. */
export interface OpenInvitation extends Invitation {
  /** Opens `contact` once at the inviter's door. Shown to nobody, logged nowhere. */
  readonly token: Uint8Array
  /** Signed records of introducers, unread: nothing in them is known to be true yet. */
  readonly introducers: readonly Uint8Array[]
}

/** What an invitation is made of beside who invites. */
export interface InvitationContents {
  readonly addresses: readonly string[]
  /** Signed records of introducers through which the inviter can be found. */
  readonly introducers: readonly Uint8Array[]
  /** Whose ledger the inviter follows, and what they call it. */
  readonly network: Invitation['network']
  readonly token: Uint8Array
  readonly expiresMs: number
}

/** Opens a device list envelope: the account that signed it, and the devices it holds. Rejects when it is not valid. */
export type ReadDeviceList = (envelope: Uint8Array) => Promise<{ account: AccountId; devices: readonly PeerId[] }>

export interface Inviter {
  readonly account: AccountId
  readonly name: string
  readonly peerId: PeerId
  readonly deviceKey: PrivateKey
  readonly deviceList: Uint8Array
}

/** A link that lets one person in until `expiresMs`, and what it says. */
export async function writeInvitation(
  inviter: Inviter,
  { addresses, introducers, network, token, expiresMs }: InvitationContents,
): Promise<{ link: string; invitation: Invitation }> {
  const { account, name, peerId, deviceKey, deviceList } = inviter
  let told = forLinks(addresses, MAX_INVITATION_ADDRESSES)
  let through = introducers.filter((record) => record.byteLength <= MAX_INTRODUCER_RECORD_BYTES)
  through = through.slice(0, MAX_INVITATION_INTRODUCERS)
  for (;;) {
    const payload = {
      v: VERSION,
      account,
      name,
      peerId,
      addresses: told,
      token,
      expiresMs,
      deviceList,
      ...(through.length === 0 ? {} : { introducers: through }),
      ...(network === null ? {} : { network: { id: digestOfCid(network.id), label: network.label } }),
    }
    const bytes = await seal(kind, encode(payload), deviceKey)
    if (bytes.byteLength <= MAX_INVITATION_BYTES) {
      const link = PREFIX + Buffer.from(bytes).toString('base64url')
      return { link, invitation: { account, name, peerId, addresses: told, expiresMs, network } }
    }
    if (told.length > FEW_INVITATION_ADDRESSES) told = fewOfEach(told, told.length - 1)
    else if (through.length > 0) through = through.slice(0, -1)
    else if (told.length > 0) told = fewOfEach(told, told.length - 1)
    else throw new LatchError('TOO_LARGE', 'This account has more devices than an invitation holds.')
  }
}

/**
 * What a link says, once every signature in it held.
 * Errors: LatchError BAD_INPUT, with a sentence for each way it can be wrong.
 */
export async function readInvitation(
  link: string,
  { nowMs, me, readDeviceList }: { nowMs: number; me: AccountId; readDeviceList: ReadDeviceList },
): Promise<OpenInvitation> {
  const { payload, signer } = await opened(bytesOf(link))
  const version = decodeOr(payload, Versioned, 'This invitation is damaged: ask for a new one.')
  if (version.v !== VERSION) {
    throw refused('This invitation is of another version of Latch; update, or ask for a new one.')
  }
  const said = decodeOr(payload, Payload, 'This invitation is damaged: ask for a new one.')
  const list = await readDeviceList(said.deviceList).catch((cause: unknown) => {
    throw refused('This invitation was tampered with: its account did not sign it.', cause)
  })
  if (said.peerId !== signer || list.account !== said.account || !list.devices.includes(said.peerId)) {
    throw refused('This invitation was tampered with: its parts do not belong together.')
  }
  if (said.account === me) throw refused('This invitation is your own: send it to somebody else.')
  if (said.expiresMs <= nowMs) throw refused('This invitation has expired: ask for a new one.')
  if (said.expiresMs > nowMs + MAX_INVITATION_LASTS_MS) {
    throw refused('This invitation ends too far ahead: the clock of this device, or of theirs, is wrong.')
  }
  const { account, name, peerId, addresses, token, expiresMs, introducers } = said
  const network = said.network === undefined ? null : networkOf(said.network)
  return { account, name, peerId, addresses, token, expiresMs, introducers, network }
}

function networkOf({ id, label }: { id: Uint8Array; label: string }): Invitation['network'] {
  return { id: NetworkId.parse(cidOfDigest(id)), label }
}

export function looksLikeInvitation(text: string): boolean {
  return text.startsWith(PREFIX)
}

function bytesOf(link: string): Uint8Array {
  const text = link.trim()
  const coded = text.slice(PREFIX.length)
  // A line break or a space in the middle is what mail programs do to a long link.
  if (!looksLikeInvitation(text) || !/^[A-Za-z0-9_-]+$/.test(coded)) {
    throw refused('That is not an invitation link; copy all of it, from latch://invite/ to its end.')
  }
  const bytes = Buffer.from(coded, 'base64url')
  if (bytes.byteLength > MAX_INVITATION_BYTES) throw refused('This invitation is longer than any that Latch makes.')
  return bytes
}

async function opened(bytes: Uint8Array): Promise<{ payload: Uint8Array; signer: string }> {
  try {
    const { publicKey, payload } = await open(kind, bytes)
    return { payload, signer: peerIdFromPublicKey(publicKey).toString() }
  } catch (cause) {
    if (!(cause instanceof EnvelopeError)) throw cause
    throw refused('This invitation was tampered with or cut short: ask for a new one.', cause)
  }
}

function decodeOr<Schema extends z.ZodType>(bytes: Uint8Array, schema: Schema, sentence: string): z.output<Schema> {
  try {
    return decode(bytes, schema, MAX_INVITATION_BYTES)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw refused(sentence, cause)
  }
}

function refused(sentence: string, cause?: unknown): LatchError {
  return new LatchError('BAD_INPUT', sentence, { cause })
}
