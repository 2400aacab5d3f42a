import { createHash } from 'node:crypto'
import { base58btc } from 'multiformats/bases/base58'
import type { PeerId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'

/** 32 bytes as lower-case hex: where the zone of a name lies. */
export type ZoneKey = string

/** Never changed: with another one, nobody finds what others hold. */
const KEY_DOMAIN = 'latch-zone-1\n'

/** SHA-256 of a domain, the network's id as text, a line break and the name. */
export function zoneKey(network: NetworkId, name: NameLabel): ZoneKey {
  return createHash('sha256').update(`${KEY_DOMAIN}${network}\n${name}`).digest('hex')
}

/** The key of the same in the Kademlia DHT: `/latch-zone/<hex>`. */
export function dhtKeyOf(key: ZoneKey): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`/latch-zone/${key}`)
}

/** A point of the space in which Kademlia measures: 32 bytes. */
export type Place = Uint8Array

/** Where a zone lies. *Source*: Kademlia in libp2p takes the SHA-256 of every key, and of a peer id's bytes. */
export function placeOfZone(key: ZoneKey): Place {
  return sha256(dhtKeyOf(key))
}

/** Where a device lies. */
export function placeOfPeer(peerId: PeerId): Place {
  return sha256(base58btc.baseDecode(peerId))
}

/** How far two places are apart: XOR, as a number of 256 bits in 32 bytes. Smaller bytes are nearer. */
export function distanceOf(a: Place, b: Place): Uint8Array<ArrayBuffer> {
  const distance = new Uint8Array(a.byteLength)
  // A loop, as `Uint8Array.from` with a function takes twenty times as long, and a look-up measures to every peer.
  for (let at = 0; at < distance.byteLength; at++) distance[at] = (a[at] ?? 0) ^ (b[at] ?? 0)
  return distance
}

/** Those of `peers` nearest to `place`, the nearest first. `placed`: their places, where they are known already. */
export function nearest<Peer>(place: Place, peers: Iterable<Peer>, placed: (peer: Peer) => Place, count: number): Peer[] {
  const measured = Array.from(peers, (peer) => ({ peer, distance: distanceOf(place, placed(peer)) }))
  return measured
    .toSorted((a, b) => Buffer.compare(a.distance, b.distance))
    .slice(0, count)
    .map(({ peer }) => peer)
}

function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}
