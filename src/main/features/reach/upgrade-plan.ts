import type { PeerId } from '../../../shared/ids.ts'
import type { NatKind } from '../../../shared/model/reach.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { directOf, webrtcOver } from './addresses.ts'
import {
  DIRECT_TIMEOUT_MS,
  MAX_DIRECT_TRIES,
  WEBRTC_AFTER_MS,
  WEBRTC_BESIDE_MS,
  WEBRTC_COURTESY_MS,
  WEBRTC_TIMEOUT_MS,
} from './limits.ts'

/*
 * Who is to be reached without the relay, and how to try. Pure.
 */

/** A peer that is connected, and only through relays. */
export interface Relayed {
  readonly peerId: PeerId
  readonly circuits: readonly RemotePeer[]
}

/** Peers that only relays connect, and that this device wants. */
export function relayedOnly(connections: readonly RemotePeer[], isWanted: (peerId: PeerId) => boolean): Relayed[] {
  const peers = Map.groupBy(connections, ({ peerId }) => peerId)
  return [...peers]
    .filter(([peerId, all]) => all.every(({ route }) => route === 'relayed') && isWanted(peerId))
    .map(([peerId, circuits]) => ({ peerId, circuits }))
}

export interface PlannedDial {
  readonly address: string
  readonly afterMs: number
  readonly timeoutMs: number
  /** If it is silent for so long, the same is dialled once more beside it; null: it is not. */
  readonly besideMs: number | null
}

export interface TryFacts {
  readonly relayed: Relayed
  /** Where it said it listens. */
  readonly addresses: readonly string[]
  /** Of this device, each `ip/bits`. */
  readonly networks: readonly string[]
  readonly nat: NatKind
}

/** What to dial, and when: straight to it at once, WebRTC over the circuit a little later; the dialler's side first. */
export function planTry({ relayed, addresses, networks, nat }: TryFacts): PlannedDial[] {
  const { peerId, circuits } = relayed
  const direct = planDirect(peerId, addresses, networks)
  // The one it would be introduced over; one that we dialled, if there is one.
  const circuit = circuits.find(({ direction }) => direction === 'outbound') ?? circuits[0]
  const webrtc = circuit === undefined || nat === 'udp-blocked' ? null : webrtcOver(circuit.address, peerId)
  if (webrtc === null) return direct
  const courtesyMs = circuit?.direction === 'outbound' ? 0 : WEBRTC_COURTESY_MS
  const afterMs = courtesyMs + (direct.length > 0 ? WEBRTC_AFTER_MS : 0)
  return [...direct, { address: webrtc, afterMs, timeoutMs: WEBRTC_TIMEOUT_MS, besideMs: WEBRTC_BESIDE_MS }]
}

/** Straight to a peer, as far as its addresses lead there. */
export function planDirect(peerId: PeerId, addresses: readonly string[], networks: readonly string[]): PlannedDial[] {
  const direct = directOf(peerId, addresses, { networks, max: MAX_DIRECT_TRIES })
  return direct.map((address) => ({ address, afterMs: 0, timeoutMs: DIRECT_TIMEOUT_MS, besideMs: null }))
}
