import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import {
  sealRecord,
  sealRegistration,
  writeIntroducerLink,
  type IntroducerRecord,
  type Registration,
} from '../../../src/main/protocols/introduction/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'

/** A peer that has the key to its id. */
export interface Signer {
  readonly peerId: PeerId
  readonly key: PrivateKey
}

export async function someSigner(): Promise<Signer> {
  const key = await generateKeyPair('Ed25519')
  return { key, peerId: PeerId.parse(peerIdFromPrivateKey(key).toString()) }
}

export function recordOf({ peerId }: Signer, nowMs: number, over: Partial<IntroducerRecord> = {}): IntroducerRecord {
  return {
    peerId,
    name: 'home',
    addresses: ['/ip4/5.5.5.10/tcp/4001'],
    stun: ['5.5.5.10:3478'],
    issuedMs: nowMs,
    expiresMs: nowMs + 30 * DAY,
    ...over,
  }
}

export async function signedRecord(
  signer: Signer,
  nowMs: number,
  over: Partial<IntroducerRecord> = {},
): Promise<Uint8Array> {
  return (await sealRecord(recordOf(signer, nowMs, over), signer.key)).envelope
}

export async function linkOf(signer: Signer, nowMs: number, over: Partial<IntroducerRecord> = {}): Promise<string> {
  return writeIntroducerLink(await signedRecord(signer, nowMs, over))
}

export function signedRegistration(
  signer: Signer,
  introducer: PeerId,
  nowMs: number,
  over: Partial<Registration> = {},
): Promise<Uint8Array> {
  const lasts = { issuedMs: nowMs, expiresMs: nowMs + 30 * MINUTE }
  const said = { peerId: signer.peerId, introducer, addresses: ['/ip4/5.5.5.1/tcp/4001'], topics: [] }
  return sealRegistration({ ...said, ...lasts, ...over }, signer.key)
}
