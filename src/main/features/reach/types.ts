import type { PeerId } from '../../../shared/ids.ts'
import type {
  Attempt,
  Connectivity,
  Introducer,
  IntroducerCard,
  Nat,
  RelayLimit,
  Upnp,
} from '../../../shared/model/reach.ts'
import type { Watched } from '../../platform/feed.ts'
import type { Circuit, RemotePeer } from '../../platform/streams.ts'

export type ReachEvent =
  | { event: 'nat-changed'; nat: Nat }
  | { event: 'upnp-changed'; upnp: Upnp }
  | { event: 'introducer-changed'; introducer: Introducer }
  | { event: 'introducer-forgotten'; peerId: PeerId }
  | { event: 'attempted'; attempt: Attempt }

/** A place at an introducer, as it was given. */
export interface HeldReservation {
  readonly untilMs: number
  readonly limit: RelayLimit
}

/** What the reach feature needs of libp2p, in plain words; `node/` makes one, a test may make another. */
export interface ReachNetwork {
  /** Connections that are open and proven to work. */
  connections(): RemotePeer[]
  subscribe(listener: (event: ReachNetworkEvent) => void): () => void
  /** Round trip over the best connection, in ms. Rejects when there is none, or no answer. */
  ping(peerId: PeerId, signal: AbortSignal): Promise<number>
  /** What an open circuit may still carry as of now, by its connection's id; null: gone, or no circuit. Cheap. */
  circuit(connection: string): Circuit | null
  /** Asks for a place at a connected introducer, or renews it. Errors: any. */
  reserve(introducer: PeerId, signal: AbortSignal): Promise<HeldReservation>
  /** The introducers at which there is a place now. */
  reserved(): PeerId[]
  /**
   * One address, without looking at what else there is: a direct one, `…/p2p-circuit/p2p/<id>` for a further circuit,
   * or `…/p2p-circuit/webrtc/p2p/<id>` over the circuit that is open. Always makes a new connection, and
   * resolves with one that answered. Publishes no `attempted`: which of several tries won, only the caller knows.
   */
  dialOnly(peerId: PeerId, address: string, signal: AbortSignal): Promise<RemotePeer>
  /** Closes one connection by its id, after what is on its way. */
  close(connection: string): Promise<void>
  /**
   * Another connection takes the place of this one, whatever it could still carry: what is open moves, and it is closed
   * when nothing of ours runs on it. Otherwise circuits of an introducer that goes would be cut when it does.
   */
  retire(connection: string): void
  /** Cuts connections of this peer that do not answer a round trip within `withinMs`; gives how many were cut. */
  weed(peerId: PeerId | null, withinMs: number): Promise<number>
  /** Where a peer said it listens, and what worked. Rejects where nothing is known of it. */
  addressesOf(peerId: PeerId): Promise<string[]>
  /** Own addresses, those through introducers among them. */
  listening(): string[]
  /** TCP ports on which this device listens. */
  tcpPorts(): number[]
  /** Somebody outside reached this device there: from now on it is announced. */
  confirm(address: string): void
  upnp(): Upnp
}

export type ReachNetworkEvent =
  | { event: 'connected'; peer: RemotePeer }
  | { event: 'disconnected'; peer: RemotePeer }
  | { event: 'reserved'; introducer: PeerId }
  | { event: 'reservation-lost'; introducer: PeerId }
  | { event: 'listening-changed' }
  /** Something new is known of where this peer listens (`addressesOf`). */
  | { event: 'addresses-changed'; peerId: PeerId }
  | { event: 'attempted'; attempt: Attempt }

export interface ReachFeature {
  start(): Promise<void>
  stop(): Promise<void>
  connectivity(): Connectivity
  /** The same as text that can be read aloud to support; holds addresses, so it is shown only to its owner. */
  report(): string
  /** Looks again: NAT, introducers, own addresses. Resolves when that is done, at most after some 10 s. */
  check(): Promise<Connectivity>
  /** Errors: LatchError BAD_INPUT with one sentence: tampered with, expired, of another version. */
  readIntroducer(link: string): Promise<IntroducerCard>
  /** A link or a multiaddr with a peer id. Resolves when it is remembered; connecting goes on. Errors: BAD_INPUT. */
  addIntroducer(to: string): Promise<Introducer>
  enableIntroducer(peerId: PeerId, enabled: boolean): Promise<Introducer>
  forgetIntroducer(peerId: PeerId): Promise<void>
  isIntroducer(peerId: PeerId): boolean
  /** Signed records of introducers in use, at most `max`, to hand on in an invitation. */
  records(max: number): Uint8Array[]
  /** Records that came with an invitation. Those that do not hold are left out. */
  learn(records: readonly Uint8Array[], from: 'invitation'): Promise<void>
  /**
   * Asks the introducers where these devices are: each address as soon as it is known, without the peer id at its end,
   * those through the introducers among them. Waits a few seconds for introducers to which a connection is being made.
   * Ends when all have answered, or `signal` aborts; never rejects.
   */
  locate(peerIds: readonly PeerId[], signal: AbortSignal): AsyncIterable<{ peerId: PeerId; addresses: string[] }>
  /** `stun:host:port` of introducers in use, nearest first, at most four. */
  stunServers(): string[]
  /** Whom this device wants has changed: a circuit to somebody may be worth leaving at once. */
  reconsider(): void
  /** The surroundings changed, or the machine slept. */
  changed(why: 'the machine slept' | 'the network changed'): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<Connectivity, ReachEvent>>
}
