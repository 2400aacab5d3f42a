import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createHash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { type Registration, sealRegistration } from '../../../src/main/protocols/introduction/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { MINUTE } from '../../../src/shared/units.ts'

export interface Device {
  readonly key: PrivateKey
  readonly peerId: PeerId
}

/** A device whose key follows from a number. */
export async function device(n: number): Promise<Device> {
  const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(n))
  return { key, peerId: PeerId.parse(peerIdFromPrivateKey(key).toString()) }
}

/** The id of a device whose key nobody holds: made without one, for where a hundred thousand are needed. */
export function idOf(n: number): PeerId {
  const key = createHash('sha256').update(`device ${n}`).digest()
  return PeerId.parse(base58btc.baseEncode(Buffer.concat([Buffer.from('002408011220', 'hex'), key])))
}

export function peerAt(peerId: PeerId, address: string, over: Partial<RemotePeer> = {}): RemotePeer {
  return {
    peerId,
    connection: 'one',
    route: 'direct',
    transport: 'tcp',
    address,
    direction: 'inbound',
    circuit: null,
    ...over,
  }
}

export const bytes = (length: number, of: number): Uint8Array => new Uint8Array(length).fill(of)
export const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** What a device says of itself to an introducer, from `nowMs` on for half an hour. */
export function registrationOf(who: Device, introducer: PeerId, nowMs: number, over: Partial<Registration> = {}): Registration {
  return {
    peerId: who.peerId,
    introducer,
    addresses: ['/ip4/8.8.4.4/tcp/4001'],
    topics: [bytes(32, 8)],
    issuedMs: nowMs,
    expiresMs: nowMs + 30 * MINUTE,
    ...over,
  }
}

export function signedBy(
  who: Device,
  introducer: PeerId,
  nowMs: number,
  over: Partial<Registration> = {},
): Promise<Uint8Array> {
  return sealRegistration(registrationOf(who, introducer, nowMs, over), who.key)
}
