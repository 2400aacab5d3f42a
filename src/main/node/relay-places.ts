import type { PeerId } from '../../shared/ids.ts'
import type { RelayLimit } from '../../shared/model/reach.ts'

/** A place at this relay, until its time is over or the peer has left. */
export interface Place {
  readonly peerId: PeerId
  /** The multiaddr that it was asked for from. */
  readonly address: string
  /** What one circuit to this peer may carry; a circuit keeps the limit that it began with. */
  readonly limit: RelayLimit
  /** On the monotonic clock. */
  readonly untilMs: number
}

/**
 * Who has a place. libp2p's own store ends a place at the time of its first renewal and not its last, keeps the first
 * limit for ever, and lets the timer of a place that was given up delete its successor; here nothing has a timer.
 * *Units*: `nowMs` is monotonic.
 */
export class Places {
  readonly #ttlMs: number
  readonly #places = new Map<PeerId, Place>()

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs
  }

  /** A new place, or the one that is held with a new limit and a new time. */
  take(peerId: PeerId, address: string, limit: RelayLimit, nowMs: number): Place {
    const place = { peerId, address, limit, untilMs: nowMs + this.#ttlMs }
    this.#places.set(peerId, place)
    return place
  }

  of(peerId: PeerId, nowMs: number): Place | null {
    const place = this.#places.get(peerId)
    if (place === undefined) return null
    if (place.untilMs > nowMs) return place
    this.#places.delete(peerId)
    return null
  }

  free(peerId: PeerId): void {
    this.#places.delete(peerId)
  }

  held(nowMs: number): Place[] {
    for (const peerId of this.#places.keys()) this.of(peerId, nowMs)
    return [...this.#places.values()]
  }

  clear(): void {
    this.#places.clear()
  }
}
