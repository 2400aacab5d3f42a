import type { Connection, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import type { GossipSub, GossipsubOpts, Message } from '@libp2p/gossipsub'
import { KiB, MiB } from '../../shared/units.ts'
import { textOf } from './gossip-ids.ts'

/** Of one message of any topic: a block with its certificate. */
export const MAX_MESSAGE_BYTES = MiB

/** What stands around a message: author, number, topic, signature; and the bookkeeping that travels with it. */
const AROUND_BYTES = 64 * KiB

/** Below this a peer is not listened to at all. */
export const GRAYLISTED_BELOW = -80

/** What one peer says to another at once, as far as we look into it. */
export interface Rpc {
  subscriptions: { topic?: string; subscribe?: boolean }[]
  messages: RpcMessage[]
  control?: { iwant?: Ids[]; idontwant?: Ids[] } | undefined
}

interface Ids {
  messageIDs: Uint8Array[]
}

export interface RpcMessage {
  topic: string
  data?: Uint8Array
}

/**
 * What we use of gossipsub beyond its interface: public members of the class behind it. @libp2p/gossipsub is pinned to one
 * version, and `facesOf` looks whether they are there.
 */
export interface Pubsub extends GossipSub {
  /** Called for everything that comes. In front of it goes our gate. */
  handleReceivedRpc(from: Libp2pPeerId, rpc: Rpc): Promise<void>
  /** Called for each stream that a neighbour opens; bound when it starts. */
  onIncomingStream(stream: Stream, connection: Connection): void
  /** Called where a peer goes, where its stream breaks, and where it is heard to speak no gossip; bound when it starts. */
  onPeerDisconnected(peerId: Libp2pPeerId): void
  readonly streamsOutbound: ReadonlyMap<string, unknown>
  readonly score: {
    score(peerId: string): number
    /** Called where author, number or signature of a message do not hold. */
    rejectInvalidMessage(from: string, topic: string): void
    readonly params: { readonly topics: Record<string, typeof TOPIC_SCORE> }
  }
  readonly gossipTracer: { deliverMessage(id: string): void }
}

/** Errors: Error, where another version of the library is there than the one that was read. */
export function facesOf(gossipsub: GossipSub): Pubsub {
  const faces = gossipsub as Pubsub
  const isThere =
    typeof faces.handleReceivedRpc === 'function' &&
    typeof faces.onIncomingStream === 'function' &&
    typeof faces.onPeerDisconnected === 'function' &&
    faces.streamsOutbound instanceof Map &&
    typeof faces.score?.score === 'function' &&
    typeof faces.score.rejectInvalidMessage === 'function' &&
    typeof faces.score.params?.topics === 'object' &&
    typeof faces.gossipTracer?.deliverMessage === 'function'
  if (!isThere) throw new Error('this gossipsub is not the one that gossip-library.ts was written for')
  return faces
}

/**
 * What a neighbour is worth in one topic. Only what is wrong counts against it (P4): one message that no honest node
 * passes on takes it out of the mesh for minutes, the third makes this node deaf to it. Silence does not (P3 and P3b are
 * off): a quiet room is no fault of anybody's.
 */
export const TOPIC_SCORE = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 20,
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 100,
  meshMessageDeliveriesThreshold: 20,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: -20,
  // Half of it after 69 s.
  invalidMessageDeliveriesDecay: 0.99,
}

/** Every number with its reason; where none is given, it is the library's own default, said so that it stays. */
export function gossipOptions(idOf: (message: Message) => Uint8Array): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: 'StrictSign',
    msgIdFn: idOf,
    msgIdToStrFn: textOf,
    fallbackToFloodsub: false,
    // A person may speak into an empty room; nobody hears it.
    allowPublishToZeroTopicPeers: true,
    maxInboundDataLength: MAX_MESSAGE_BYTES + AROUND_BYTES,
    // Of a neighbour that does not read: two messages of the largest kind.
    maxOutboundBufferSize: 4 * MiB,
    // One's own message goes to every neighbour in the topic: it saves a hop, and a mesh that is not made yet.
    floodPublish: true,
    // Others' messages go to 4 neighbours, 6 at most, where the library's defaults are 6 and 12: each copy costs a turn
    // here and there, and in 50 nodes of seven neighbours each this halves the copies (4.3 of a message to 1.8) and lets
    // as many arrive. What is lost all the same comes by the heartbeat's offers to the others, a second later.
    D: 4,
    Dlo: 3,
    Dhi: 6,
    Dscore: 3,
    Dout: 1,
    heartbeatInterval: 1_000,
    seenTTL: 120_000,
    // "I have it already" is itself a packet for each neighbour: worth it only where the message is a good deal larger.
    idontwantMinDataSize: 2 * KiB,
    // Addresses of others by way of a third are nobody's to hand out; who is reached how is the peers feature's.
    doPX: false,
    // It would write to the peer store at each change of the mesh, and strangers change it.
    tagMeshPeers: false,
    // Fuel of a relay is for people who talk. docs/decisions.md.
    runOnLimitedConnection: false,
    maxTopicBytesPerPeer: 256 * KiB,
    scoreThresholds: { gossipThreshold: -10, publishThreshold: -50, graylistThreshold: GRAYLISTED_BELOW },
    scoreParams: {
      // Ten peers behind one address are a household behind one carrier, not an attack.
      IPColocationFactorWeight: 0,
      // Promises (an offer that was not kept) are broken by whoever is cut off in between, a few times.
      behaviourPenaltyThreshold: 6,
    },
  }
}
