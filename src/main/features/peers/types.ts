import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { FoundBy, Invitation, MadeInvitation, Peer, PendingInvitation, Reachability } from '../../../shared/model/peers.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import type { Watched } from '../../platform/feed.ts'
import type { RemotePeer } from '../../platform/streams.ts'

export type PeersEvent =
  | { event: 'peer-changed'; peer: Peer }
  | { event: 'peer-forgotten'; peerId: PeerId }
  | { event: 'reachability-changed'; reachability: Reachability }

/** What the peers feature needs of libp2p, in plain words; `node/` makes one, a test may make another. */
export interface Network {
  /** Whoever answers at an address; a connection that is there already, if it names a peer that is connected. */
  dial(address: string, signal: AbortSignal): Promise<RemotePeer>
  /**
   * One address and a new connection, whatever else there is. Resolves with one that is proven to work. A dial that is
   * not allowed (`mayDial`) fails.
   */
  dialOnly(peerId: PeerId, address: string, signal: AbortSignal): Promise<RemotePeer>
  /** Where the DHT says that a peer listens. Errors: any, when it does not know. */
  find(peerId: PeerId, signal: AbortSignal): Promise<string[]>
  /** One try of several came to its end: told to whoever shows them. */
  attempted(attempt: Attempt): void
  /** Cuts connections, of one peer or all, that do not answer a round trip within `withinMs`; gives how many. */
  weed(peerId: PeerId | null, withinMs: number): Promise<number>
  hangUp(peerId: PeerId): Promise<void>
  /** Work is to leave this connection, by its id, where there is another to the same peer; it is closed once nothing runs on it. */
  retire(connection: string): void
  forget(peerId: PeerId): Promise<void>
  /** Every peer of which libp2p keeps something. */
  stored(): AsyncIterable<PeerId>
  addAddresses(peerId: PeerId, addresses: readonly string[]): Promise<void>
  /** What identify and the peer store know. */
  about(peerId: PeerId): Promise<{ addresses: string[]; agent: string | null; protocols: string[] }>
  ping(peerId: PeerId, signal: AbortSignal): Promise<number>
  /** Those that are open and proven to work, the oldest first; with what their circuits may carry as of now. */
  connections(): RemotePeer[]
  /** Whether another took the place of this connection. */
  isRetiring(connection: string): boolean
  listening(): string[]
  subscribe(listener: (event: NetworkEvent) => void): () => void
}

export type NetworkEvent =
  | { event: 'connected'; peer: RemotePeer }
  | { event: 'disconnected'; peer: RemotePeer }
  /** A connection took the place of others to the same peer: open work is to move to it. */
  | { event: 'better'; peerId: PeerId }
  | { event: 'attempted'; attempt: Attempt }
  | { event: 'found'; peerId: PeerId; addresses: string[]; by: FoundBy }
  | { event: 'identified'; peerId: PeerId }
  | { event: 'listening-changed' }

export interface PeersFeature {
  start(): Promise<void>
  stop(): Promise<void>
  list(): Peer[]
  /**
   * `to`: a multiaddr, an invitation link, or the id of a peer known here. Resolves when it also said whose it is, or
   * would not. Errors: LatchError BAD_INPUT, UNREACHABLE, NOT_FOUND.
   */
  connect(to: string): Promise<Peer>
  /** A connection with this device, at these addresses or others that are known. Errors: LatchError UNREACHABLE. */
  dial(peerId: PeerId, addresses: readonly string[]): Promise<RemotePeer>
  /**
   * The same, of a device that somebody named who may lie: one that is not known here is not remembered, and not shown,
   * unless it answers.
   */
  dialInPassing(peerId: PeerId, addresses: readonly string[]): Promise<RemotePeer>
  disconnect(peerId: PeerId): Promise<Peer>
  forget(peerId: PeerId): Promise<void>
  /** Keeps a connection to this account's devices: dialled now, and again with backoff and jitter when it drops. */
  keepAlive(account: AccountId, keep: boolean): void
  /** Whether connections with this device are kept: a contact's, or one of the configuration. */
  isKept(peerId: PeerId): boolean
  /** Whether this device may be dialled: false from when a person disconnects it until they connect to it again. */
  mayDial(peerId: PeerId): boolean
  /**
   * Connected devices of an account; without any, its known devices are dialled, but for those a person disconnected.
   * Errors: LatchError UNREACHABLE.
   */
  reach(account: AccountId): Promise<PeerId[]>
  invite(lastsMs: number): Promise<MadeInvitation>
  /** Those not used yet, newest first. */
  invitations(): PendingInvitation[]
  /** Its token opens nothing from now on. Errors: LatchError NOT_FOUND. */
  revokeInvitation(id: string): PendingInvitation[]
  /** Errors: LatchError BAD_INPUT with one sentence: tampered with, expired, of another version. */
  readInvitation(link: string): Promise<Invitation>
  reachability(): Reachability
  watch(signal?: AbortSignal): AsyncIterable<Watched<{ peers: Peer[]; reachability: Reachability }, PeersEvent>>
}
