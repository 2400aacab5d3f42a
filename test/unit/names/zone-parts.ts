import { createPrivateKey, createPublicKey } from 'node:crypto'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import type { Facts } from '../../../src/main/features/names/judge.ts'
import { signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { cidOf, encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import { ZONE } from '../../../src/main/features/names/zone.ts'
import { type AccountId, PeerId } from '../../../src/shared/ids.ts'
import { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import type { Zone, ZoneRecord } from '../../../src/shared/model/names.ts'
import { ZoneRecord as Record } from '../../../src/shared/model/names.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'

export interface Person {
  readonly key: PrivateKey
  readonly account: AccountId
}

/** The same number is the same key on every machine. */
export function person(number: number): Person {
  const seed = Buffer.alloc(32, number)
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const { x = '' } = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
  const key = privateKeyFromRaw(new Uint8Array(Buffer.concat([seed, Buffer.from(x, 'base64url')])))
  return { key, account: accountIdOf(key.publicKey) }
}

export function device(number: number): PeerId {
  return PeerId.parse(peerIdFromPrivateKey(person(number).key).toString())
}

export const [ada, bob] = [person(7), person(8)]
export const NETWORK = NetworkId.parse(cidOf(new TextEncoder().encode('a network')))
export const NAME = NameLabel.parse('adele')
export const NOW = 1_800_000_000_000

/** One of each kind. */
export const RECORDS: readonly ZoneRecord[] = [
  { label: '@', kind: 'peer', peerId: device(9), addresses: ['/ip4/127.0.0.1/tcp/4001'] },
  { label: '@', kind: 'site', cid: null },
  { label: 'www', kind: 'site', cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi' },
  { label: 'box', kind: 'address', ip: '192.0.2.7', port: 8_080 },
  { label: 'box', kind: 'address', ip: '2001:db8::7', port: null },
  { label: '@', kind: 'text', text: 'Guten Morgen ☀️' },
  { label: 'www', kind: 'service', service: '_http._tcp', port: 80, target: 'box' },
  { label: 'team.office', kind: 'delegate', account: bob.account },
].map((record) => Record.parse(record))

export const SAID: Zone = {
  network: NETWORK,
  name: NAME,
  owner: ada.account,
  seq: 3,
  issuedAtMs: NOW - MINUTE,
  expiresAtMs: NOW + DAY,
  ttlMs: 5 * MINUTE,
  records: [...RECORDS],
}

export async function signed(over: Partial<Zone> = {}, by: Person = ada): Promise<SignedZone> {
  const built = await signZone({ ...SAID, owner: by.account, ...over }, by.key)
  if (built.outcome === 'refused') throw new Error(built.why)
  return built.signed
}

/** Signed whatever it says, as only somebody who keeps no rule does. */
export function sealed(payload: unknown, by: Person = ada): Promise<Uint8Array<ArrayBuffer>> {
  return seal(ZONE, encode(payload), by.key)
}

export const adasName: Facts = {
  network: NETWORK,
  ownerOf: (name) => (name === NAME ? ada.account : null),
  phaseOf: () => 'living',
  ending: 'does-not',
  nowMs: NOW,
}
