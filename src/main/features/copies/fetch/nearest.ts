import { createHash } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '../../../../shared/ids.ts'
import { deadline, type Clock } from '../../../platform/clock.ts'
import type { Dht } from '../../../platform/dht.ts'
import { keyOf, type BlockId } from '../dag/block-id.ts'
import { MAX_MET, NEAREST, NEAREST_MS } from '../limits.ts'

/** The devices nearest to a CID of all that the way there met: those who remember who has it. Never fails. */
export async function nearestTo(root: BlockId, parts: { dht: Pick<Dht, 'closest'>; clock: Clock }, signal: AbortSignal): Promise<PeerId[]> {
  const key = keyOf(root)
  const met = new Set<PeerId>()
  const limit = deadline(parts.clock, NEAREST_MS, 'looking for those nearest', signal)
  try {
    for await (const { peerId } of parts.dht.closest(key, limit.signal)) {
      met.add(peerId)
      if (met.size >= MAX_MET || limit.signal.aborted) break
    }
  } catch {
    // Those who were met until then are near enough.
  } finally {
    limit.release()
  }
  return nearest(key, met)
}

/** By the distance of Kademlia: the hashes of both, as one number each, with XOR. */
export function nearest(key: Uint8Array, met: Iterable<PeerId>): PeerId[] {
  const place = createHash('sha256').update(key).digest()
  return [...met]
    .map((peerId) => ({ peerId, distance: distanceOf(place, peerId) }))
    .toSorted((a, b) => Buffer.compare(a.distance, b.distance))
    .slice(0, NEAREST)
    .map(({ peerId }) => peerId)
}

function distanceOf(place: Uint8Array, peerId: PeerId): Uint8Array {
  const other = createHash('sha256').update(peerIdFromString(peerId).toMultihash().bytes).digest()
  return place.map((byte, at) => byte ^ (other[at] ?? 0))
}
