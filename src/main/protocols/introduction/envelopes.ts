import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { z } from 'zod'
import { Address, PeerId, TimeMs } from '../../../shared/ids.ts'
import { DisplayName } from '../../../shared/model/identity.ts'
import { decode, DecodeError, encode } from '../../platform/cbor.ts'
import { EnvelopeError, open, seal, type EnvelopeKind } from '../../platform/envelope.ts'
import {
  MAX_ADDRESSES,
  MAX_RECORD_BYTES,
  MAX_REGISTRATION_BYTES,
  MAX_STUN,
  MAX_STUN_CHARACTERS,
  MAX_TOPICS,
  RECORD_KIND,
  REGISTRATION_KIND,
  TOPIC_BYTES,
} from './constants.ts'
import type { IntroducerRecord, Registration } from './types.ts'

const RECORD_VERSION = 1

export const Topic = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength === TOPIC_BYTES,
  `not ${TOPIC_BYTES} bytes`,
)

const StunServer = z
  .string()
  .max(MAX_STUN_CHARACTERS)
  .regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/, 'not host:port')

const RecordPayload = z.object({
  v: z.literal(RECORD_VERSION),
  peerId: PeerId,
  name: DisplayName,
  addresses: z.array(Address).max(MAX_ADDRESSES),
  stun: z.array(StunServer).max(MAX_STUN),
  issuedMs: TimeMs,
  expiresMs: TimeMs,
})
const Versioned = z.object({ v: z.int() })

const RegistrationPayload = z.object({
  peerId: PeerId,
  introducer: PeerId,
  addresses: z.array(Address).max(MAX_ADDRESSES),
  topics: z.array(Topic).max(MAX_TOPICS),
  issuedMs: TimeMs,
  expiresMs: TimeMs,
})

/** A record of a version that is not known here; its signature held. */
export class RecordVersionError extends Error {
  override readonly name = 'RecordVersionError'
}

/**
 * What an introducer says of itself, signed. Addresses are left out from the end until it fits its 2 KiB, so the most
 * useful come first. Gives the record as it was signed beside the envelope.
 */
export async function sealRecord(
  record: IntroducerRecord,
  deviceKey: PrivateKey,
): Promise<{ envelope: Uint8Array<ArrayBuffer>; record: IntroducerRecord }> {
  let addresses = record.addresses.slice(0, MAX_ADDRESSES)
  for (;;) {
    const told = { ...record, addresses, stun: record.stun.slice(0, MAX_STUN) }
    const envelope = await seal(RECORD_KIND, encode({ v: RECORD_VERSION, ...told }), deviceKey)
    if (envelope.byteLength <= MAX_RECORD_BYTES || addresses.length === 0) return { envelope, record: told }
    addresses = addresses.slice(0, -1)
  }
}

/**
 * What an introducer said of itself: signed by the peer that it names. Whether its time is over is for the caller.
 * Errors: EnvelopeError (forged, or of another purpose), RecordVersionError, DecodeError.
 */
export async function openRecord(envelope: Uint8Array): Promise<IntroducerRecord> {
  const { signer, payload } = await opened(RECORD_KIND, envelope, MAX_RECORD_BYTES)
  const version = decode(payload, Versioned, MAX_RECORD_BYTES).v
  if (version !== RECORD_VERSION) throw new RecordVersionError(`an introducer's record of version ${version}`)
  const { v: _, ...record } = decode(payload, RecordPayload, MAX_RECORD_BYTES)
  if (record.peerId !== signer) throw new EnvelopeError('an introducer named by another than itself')
  return record
}

/** Where this device can be found, signed for one introducer. The caller keeps its bounds. */
export function sealRegistration(registration: Registration, deviceKey: PrivateKey): Promise<Uint8Array<ArrayBuffer>> {
  return seal(REGISTRATION_KIND, encode(registration), deviceKey)
}

/**
 * Where a device said it can be found: signed by the device that it names. Whether it is the right device, introducer
 * and time is for the caller. Errors: EnvelopeError (forged, or of another purpose), DecodeError.
 */
export async function openRegistration(envelope: Uint8Array): Promise<Registration> {
  const { signer, payload } = await opened(REGISTRATION_KIND, envelope, MAX_REGISTRATION_BYTES)
  const registration = decode(payload, RegistrationPayload, MAX_REGISTRATION_BYTES)
  if (registration.peerId !== signer) throw new EnvelopeError('a registration of another device than its signer')
  return registration
}

async function opened(kind: EnvelopeKind, envelope: Uint8Array, maxBytes: number) {
  if (envelope.byteLength > maxBytes) throw new DecodeError(`a ${kind.domain} of ${envelope.byteLength} bytes`)
  const { publicKey, payload } = await open(kind, envelope)
  return { signer: PeerId.parse(peerIdFromPublicKey(publicKey).toString()), payload }
}
