import type { PeerId } from '../../../shared/ids.ts'
import type { Fuel } from '../../../shared/model/peers.ts'
import { bestOf as choose } from '../../platform/choice.ts'
import type { RemotePeer } from '../../platform/streams.ts'

/** A peer with at least one open connection. */
export interface LivePeer {
  /** The oldest first. */
  connections: readonly RemotePeer[]
  /** Ids of those that another took the place of. */
  retiring: ReadonlySet<string>
  /** What was last told of the circuit in use. */
  fuel: Fuel | null
  readonly connectedMs: number
  rttMs: number | null
  agent: string | null
  protocols: readonly string[]
}

/** Who is connected now. */
export class LivePeers {
  readonly #peers = new Map<PeerId, LivePeer>()

  get size(): number {
    return this.#peers.size
  }

  has(peerId: PeerId): boolean {
    return this.#peers.has(peerId)
  }

  of(peerId: PeerId): LivePeer | null {
    return this.#peers.get(peerId) ?? null
  }

  ids(): PeerId[] {
    return [...this.#peers.keys()]
  }

  /** `first`: there was no connection to this peer before. */
  opened(peer: RemotePeer, nowMs: number): { first: boolean; live: LivePeer } {
    const before = this.#peers.get(peer.peerId)
    if (before !== undefined) {
      const others = before.connections.filter((one) => one.connection !== peer.connection)
      before.connections = [...others, peer]
      return { first: false, live: before }
    }
    const live: LivePeer = {
      connections: [peer],
      retiring: new Set(),
      fuel: peer.circuit,
      connectedMs: nowMs,
      rttMs: null,
      agent: null,
      protocols: [],
    }
    this.#peers.set(peer.peerId, live)
    return { first: true, live }
  }

  /** `last`: no connection to this peer is left. */
  closed(peer: RemotePeer): { last: boolean } {
    const live = this.#peers.get(peer.peerId)
    if (live === undefined) return { last: false }
    live.connections = live.connections.filter((one) => one.connection !== peer.connection)
    if (live.connections.length > 0) return { last: false }
    this.#peers.delete(peer.peerId)
    return { last: true }
  }
}

/** The connection that speaks for the peer: the one that streams are opened on. `nowMs`: of the wall clock. */
export function bestOf({ connections, retiring }: LivePeer, nowMs: number): RemotePeer | null {
  const candidates = connections.map((peer, openedMs) => ({ peer, openedMs, isRetiring: retiring.has(peer.connection) }))
  return choose(candidates, nowMs)?.peer ?? null
}
