import type { PeerId } from '../../../shared/ids.ts'
import { type Place, placeOfPeer } from './near.ts'
import { MAX_PLACES } from './resolver-limits.ts'
import type { Candidate } from './resolver-plan.ts'
import type { CloserPeer, KnownPeer } from './resolver-types.ts'

/** Connected peers are the same from one look-up to the next, and reading an id takes longer than all else done with it. */
const places = new Map<PeerId, Place>()

export function knownCandidate(peer: KnownPeer): Candidate {
  return { ...peer, place: placeOf(peer.peerId), hops: 0 }
}

/** None, where it is no id: it comes from a stranger. */
export function namedCandidate({ peerId, addresses }: CloserPeer, hops: number): Candidate[] {
  try {
    return [{ peerId, addresses, role: 'near', connected: false, place: placeOf(peerId), hops }]
  } catch {
    return []
  }
}

/** What it is asked as, in a sentence. */
export function described({ role, connected }: Candidate): string {
  const way = connected ? 'connected' : 'to be dialled'
  if (role === 'owner') return `A device of the owner, ${way}.`
  return role === 'contact' ? `A contact, ${way}.` : `Near to the name, ${way}.`
}

function placeOf(peerId: PeerId): Place {
  const known = places.get(peerId)
  if (known !== undefined) return known
  const place = placeOfPeer(peerId)
  if (places.size >= MAX_PLACES) places.clear()
  places.set(peerId, place)
  return place
}
