import type { PeerId } from '../../../../shared/ids.ts'
import type { Hex } from '../bytes.ts'
import type { Head, Running } from '../types.ts'
import { MAX_ASIDE_FACTOR } from './limits.ts'

/** A peer of this network, and how it has been. */
export interface Known {
  readonly peerId: PeerId
  head: Head
  /** What it showed was looked into, and is no reason to ask again. */
  settled: string | null
  /** How often in a row it did not answer. */
  strikes: number
  /** On the monotonic clock. */
  asideUntilMs: number
  /** What it shows is on its way by gossip, most likely. */
  notBeforeMs: number
  pooledAtMs: number | null
}

/** What is asked about a head that somebody shows. */
export interface Standing {
  /** `beside`: here, and not on our chain; `totalWeight` is what we know it to weigh. */
  readonly place: (id: Hex) => { readonly at: 'chain' | 'beside' | 'nowhere'; readonly totalWeight: number }
  /** Nothing at this height or below can be taken here any more. */
  readonly floor: number
}

export function standingOf({ network, store }: Pick<Running, 'network' | 'store'>, floor: number): Standing {
  return {
    floor,
    place: (id) => {
      if (id === network) return { at: 'chain', totalWeight: 0 }
      const stored = store.get(id)
      if (stored === undefined) return { at: 'nowhere', totalWeight: 0 }
      return { at: stored.onChain ? 'chain' : 'beside', totalWeight: stored.total }
    },
  }
}

export function claimOf({ id, weight }: Head): string {
  return `${id} ${weight}`
}

/** Whether a head may lead to blocks, or to certificates, that are not here and would count. Pure. */
export function isNews({ id, height, weight }: Head, { place, floor }: Standing): boolean {
  const known = place(id)
  if (known.at === 'nowhere') return height > floor
  // More validators may have signed that branch than we know, and it may be the chain by that.
  return known.at === 'beside' && weight > known.totalWeight
}

/**
 * Whom to follow next, of those who are not aside: who failed least often, and of these who claims most. Only an order; what
 * is true is found by asking. A claim alone comes before nobody who gave what they showed. Pure.
 */
export function nextToFollow(peers: Iterable<Known>, standing: Standing, nowMs: number): Known | null {
  let best: Known | null = null
  for (const peer of peers) {
    if (readyAtMs(peer) > nowMs || peer.settled === claimOf(peer.head) || !isNews(peer.head, standing)) continue
    if (best === null || comesBefore(peer, best)) best = peer
  }
  return best
}

/** When somebody who is aside, and shows news, may be asked again; null: nobody. */
export function nextWakeMs(peers: Iterable<Known>, standing: Standing): number | null {
  let soonest: number | null = null
  for (const peer of peers) {
    if (peer.settled === claimOf(peer.head) || !isNews(peer.head, standing)) continue
    if (soonest === null || readyAtMs(peer) < soonest) soonest = readyAtMs(peer)
  }
  return soonest
}

/** Twice as long each time. */
export function putAside(peer: Known, nowMs: number, asideMs: number): void {
  peer.asideUntilMs = nowMs + asideMs * Math.min(2 ** peer.strikes, MAX_ASIDE_FACTOR)
  peer.strikes++
}

function readyAtMs({ asideUntilMs, notBeforeMs }: Known): number {
  return Math.max(asideUntilMs, notBeforeMs)
}

function comesBefore(one: Known, other: Known): boolean {
  return one.strikes === other.strikes ? claimsMore(one.head, other.head) : one.strikes < other.strikes
}

function claimsMore(one: Head, other: Head): boolean {
  return one.weight === other.weight ? one.height > other.height : one.weight > other.weight
}
