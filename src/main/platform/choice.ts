import type { Connection } from '@libp2p/interface'
import { fuelBytes } from './circuit.ts'
import { describeConnection } from './describe-connection.ts'
import type { RemotePeer } from './streams.ts'

/** One of several connections to a peer, of those that are proven to work. */
export interface Candidate {
  readonly peer: Pick<RemotePeer, 'route' | 'transport' | 'circuit'>
  /** Another took its place: not used where there is any other. */
  readonly isRetiring: boolean
  /** Of any clock, the same for all that are compared. */
  readonly openedMs: number
}

const TRANSPORT_RANK = { memory: 0, tcp: 1, ws: 2, webrtc: 3, 'webrtc-direct': 3, relay: 4 } as const

/**
 * The connection to use: none that is retiring if there is another; not limited before limited; of limited ones that with
 * the most left; then the lighter transport, then the older. `nowMs`: of the wall clock.
 */
export function bestOf<One extends Candidate>(candidates: readonly One[], nowMs: number): One | undefined {
  return candidates.toSorted(
    (a, b) =>
      Number(a.isRetiring) - Number(b.isRetiring) ||
      more(fuelOf(a, nowMs), fuelOf(b, nowMs)) ||
      TRANSPORT_RANK[a.peer.transport] - TRANSPORT_RANK[b.peer.transport] ||
      a.openedMs - b.openedMs,
  )[0]
}

/**
 * Whether open work is to move to a connection that just opened from one that was there: to a direct one from a relayed
 * one; and from circuit to circuit, unless the new one may carry less, as nobody opens a second one without a reason: the
 * first is being used up, or its introducer goes.
 */
export function replaces(newer: Candidate['peer'], older: Candidate['peer'], nowMs: number): boolean {
  if (older.route !== 'relayed') return false
  if (newer.route !== 'relayed') return true
  const left = older.circuit === null ? Infinity : fuelBytes(older.circuit, nowMs)
  const fresh = newer.circuit === null ? Infinity : fuelBytes(newer.circuit, nowMs)
  return left < Infinity && fresh >= left
}

/** A connection of libp2p's as a candidate. */
export function candidateOf(connection: Connection, isRetiring: boolean): Candidate & { peer: RemotePeer; connection: Connection } {
  return { connection, peer: describeConnection(connection), isRetiring, openedMs: connection.timeline.open }
}

function fuelOf({ peer: { circuit } }: Candidate, nowMs: number): number {
  return circuit === null ? Infinity : fuelBytes(circuit, nowMs)
}

/** Two infinities are equal, and no difference of theirs is a number. */
function more(a: number, b: number): number {
  return a === b ? 0 : b - a
}
