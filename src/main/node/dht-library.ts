import type { PeerId as Libp2pPeerId, PeerInfo, RoutingOptions } from '@libp2p/interface'
import type { kadDHT, KadDHT, KadDHTInit, QueryEvent } from '@libp2p/kad-dht'
import type { Libp2pRecord } from '@libp2p/record'
import { MINUTE, SECOND } from '../../shared/units.ts'

export const KAD_PROTOCOL = '/latch/kad/1.0.0'

/** What is loaded when the DHT joins, and not at start. */
export interface DhtLibrary {
  readonly kadDHT: typeof kadDHT
  readonly Libp2pRecord: typeof Libp2pRecord
}

/** How many hold a record, and how many a bucket has room for: Kademlia's k. */
export const K = 20

/** One question to a device; the library's own enum is these words. */
export interface KadMessage {
  readonly type: 'PUT_VALUE' | 'GET_VALUE' | 'ADD_PROVIDER' | 'GET_PROVIDERS' | 'FIND_NODE' | 'PING'
  readonly key?: Uint8Array
  readonly record?: Uint8Array
}

interface SendOptions extends RoutingOptions {
  path: { index: number; queued: number; running: number; total: number }
}

type Send = (to: Libp2pPeerId, message: KadMessage, options: SendOptions) => AsyncGenerator<QueryEvent>

/** A place in the space of keys: where a device is, or a record belongs. */
interface Placed {
  readonly kadId: Uint8Array
}

/** The trie of buckets that the library's table is. */
export interface Buckets {
  toIterable(): Iterable<{ readonly peerId: Libp2pPeerId }>
  /** How deep a full bucket may be cut in two. */
  prefixLength: number
  /** This device, once the table has begun. */
  readonly localPeer?: Placed
  _determineBucket(place: Uint8Array): object
  _add(peer: Placed, options?: unknown): Promise<void>
}

/**
 * What we use of kad-dht beyond its interface: public members of the class behind it, which the calls of the library itself
 * go through. @libp2p/kad-dht is pinned to one version, and `facesOf` looks whether they are there.
 */
export interface Kad extends KadDHT {
  /** Called for everybody who is heard of, and for everybody who connects and speaks the protocol: those with `protocols`. */
  onPeerConnect(peer: PeerInfo & { readonly protocols?: readonly string[] }): Promise<void>
  readonly routingTable: {
    readonly size: number
    populateFromDatastoreOnStart: boolean
    readonly kb: Buckets
    queueRoutingTableUpdate(peerId: Libp2pPeerId, options?: { activeTimeout?: number }): void
    find(peerId: Libp2pPeerId): Promise<Libp2pPeerId | undefined>
    remove(peerId: Libp2pPeerId): Promise<void>
    addEventListener(type: 'peer:add' | 'peer:remove', listener: () => void): void
  }
  readonly network: { sendRequest: Send }
  readonly rpc: { handleMessage(from: Libp2pPeerId, message: KadMessage): Promise<KadMessage | undefined> }
  readonly peerRouting: {
    /** What is answered to whoever asks who is near a key. */
    getClosestPeersOffline(key: Uint8Array, options?: { exclude?: Libp2pPeerId[] }): Promise<PeerInfo[]>
  }
}

/** Errors: Error, where another version of the library is there than the one that was read. */
export function facesOf(kad: KadDHT): Kad {
  const faces = kad as unknown as Kad
  const isThere =
    typeof faces.onPeerConnect === 'function' &&
    typeof faces.routingTable?.populateFromDatastoreOnStart === 'boolean' &&
    typeof faces.routingTable.kb?.toIterable === 'function' &&
    typeof faces.routingTable.kb.prefixLength === 'number' &&
    typeof faces.routingTable.kb._determineBucket === 'function' &&
    typeof faces.routingTable.kb._add === 'function' &&
    typeof faces.routingTable.queueRoutingTableUpdate === 'function' &&
    typeof faces.routingTable.remove === 'function' &&
    typeof faces.network?.sendRequest === 'function' &&
    typeof faces.rpc?.handleMessage === 'function' &&
    typeof faces.peerRouting?.getClosestPeersOffline === 'function'
  if (!isThere) throw new Error('this kad-dht is not the one that dht-library.ts was written for')
  return faces
}

/** 64 buckets over the whole space, 1,280 devices: most look-ups begin a hop or two from their end. */
const EVEN_BITS = 6
/** Near oneself: 20 devices in a bucket of 24 bits are a network of three hundred million. */
const NEAR_BITS = 24

/**
 * The library cuts a full bucket in two wherever it lies, and stops at one depth everywhere: of its own neighbourhood a device
 * would know no more than of any other, and in a network of a hundred thousand not whoever is nearest to a key. As in Kademlia's
 * paper, the bucket that holds this device's own place is cut on: some 20 devices more each time the network doubles.
 */
export function deepenNearSelf(buckets: Buckets): void {
  const add = buckets._add.bind(buckets)
  // The library's own `_add` looks at the depth before it first waits, and calls this again after each cut.
  buckets._add = (peer, options) => {
    const { localPeer } = buckets
    const isNear = localPeer !== undefined && buckets._determineBucket(localPeer.kadId) === buckets._determineBucket(peer.kadId)
    buckets.prefixLength = isNear ? NEAR_BITS : EVEN_BITS
    return add(peer, options)
  }
}

/** Every number with its reason; what we ask ourselves does not go by its queries but by dht-walk.ts. */
export const KAD_OPTIONS = {
  // What is decided is applied with setMode; until then nobody is told that this device can be asked.
  clientMode: true,
  kBucketSize: K,
  // The library's own queries (who is near oneself, what lies in an empty part of the table) are in no hurry, and each of
  // those it asks may be a dial: 3 at once, on one way, as Kademlia's paper has it. Its defaults are 10 on each of 10 ways.
  alpha: 3,
  disjointPaths: 1,
  // Otherwise a look-up on a lonely node waits for a peer to appear.
  allowQueryWithZeroPeers: true,
  querySelfInterval: 5 * MINUTE,
  initialQuerySelfInterval: SECOND,
  // Whoever is heard of is asked itself before it is entered, which may be a dial.
  routingTableUpdateQueueConcurrency: 4,
  routingTableUpdateMaxQueueSize: 256,
  pingNewContactConcurrency: 4,
  pingNewContactMaxQueueSize: 256,
  // One request each; the same as of ours that are under way to one device.
  maxInboundStreams: 32,
  maxOutboundStreams: 32,
} satisfies KadDHTInit
