import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { FoundBy, Invitation, Peer, PendingInvitation, Reachability } from '../../../shared/model/peers.ts'
import type { Watched } from '../../platform/feed.ts'
import type { RemotePeer } from '../../platform/streams.ts'

export type PeersEvent =
  | { event: 'peer-changed'; peer: Peer }
  | { event: 'peer-forgotten'; peerId: PeerId }
  | { event: 'reachability-changed'; reachability: Reachability }

/** What the peers feature needs of libp2p, in plain words; `node/` makes one, a test may make another. */
export interface Network {
  dial(to: { peerId: PeerId } | { address: string }, signal: AbortSignal): Promise<RemotePeer>
  hangUp(peerId: PeerId): Promise<void>
  /** Closes one connection by its id; no error if it is gone. */
  close(connection: string): Promise<void>
  forget(peerId: PeerId): Promise<void>
  /** Every peer of which libp2p keeps something. */
  stored(): AsyncIterable<PeerId>
  addAddresses(peerId: PeerId, addresses: readonly string[]): Promise<void>
  /** What identify and the peer store know. */
  about(peerId: PeerId): Promise<{ addresses: string[]; agent: string | null; protocols: string[] }>
  ping(peerId: PeerId, signal: AbortSignal): Promise<number>
  connections(): RemotePeer[]
  listening(): string[]
  subscribe(listener: (event: NetworkEvent) => void): () => void
}

export type NetworkEvent =
  | { event: 'connected'; peer: RemotePeer }
  | { event: 'disconnected'; peer: RemotePeer }
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
  invite(lastsMs: number): Promise<{ link: string; invitation: Invitation }>
  /** Those not used yet, newest first. */
  invitations(): PendingInvitation[]
  /** Its token opens nothing from now on. Errors: LatchError NOT_FOUND. */
  revokeInvitation(id: string): PendingInvitation[]
  /** Errors: LatchError BAD_INPUT with one sentence: tampered with, expired, of another version. */
  readInvitation(link: string): Promise<Invitation>
  reachability(): Reachability
  watch(signal?: AbortSignal): AsyncIterable<Watched<{ peers: Peer[]; reachability: Reachability }, PeersEvent>>
}
