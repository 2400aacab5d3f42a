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

/** Below 0 where `a` is nearer to `place` than `b`. */
function nearer(place: Place, a: Place, b: Place): number {
  for (let at = 0; at < place.byteLength; at++) {
    const difference = ((place[at] ?? 0) ^ (a[at] ?? 0)) - ((place[at] ?? 0) ^ (b[at] ?? 0))
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * Those of `peers` nearest to `place`, the nearest first; `count` is a few dozen at most, and they are a thousand and more, so
 * that sorting them all would take ten times as long. `placed`: their places, where they are known already.
 */
export function nearest<Peer>(place: Place, peers: Iterable<Peer>, placed: (peer: Peer) => Place, count: number): Peer[] {
  const best: { readonly peer: Peer; readonly at: Place }[] = []
  for (const peer of peers) {
    const at = placed(peer)
    const last = best.at(-1)
    if (best.length >= count && (last === undefined || nearer(place, at, last.at) >= 0)) continue
    let index = best.length
    for (let before = best[index - 1]; before !== undefined && nearer(place, at, before.at) < 0; before = best[index - 1]) index -= 1
    best.splice(index, 0, { peer, at })
    if (best.length > count) best.pop()
  }
  return best.map(({ peer }) => peer)
}

function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}
