import type { PeerId } from '../../shared/ids.ts'

/** A message of a topic as it came, its author's signature checked. */
export interface GossipMessage {
  readonly topic: string
  /** SHA-256 of `data`, hex: the same payload is the same message, whoever broadcasts it. */
  readonly id: string
  readonly data: Uint8Array
  /** The device that broadcast it first. */
  readonly author: PeerId
  /** The peer that handed it over here; the author's own device where it came straight from there. */
  readonly from: PeerId
  readonly receivedMs: number
}

/**
 * `accept`: true, new, passed on. `ignore`: not passed on, and nobody's fault. `reject`: what no honest node passes on;
 * whoever handed it over pays for it.
 */
export type GossipVerdict = { readonly verdict: 'accept' | 'ignore' | 'reject'; readonly why: string }

export interface TopicTerms {
  readonly maxBytes: number
  /** Messages of one author (device) that are judged; more are ignored, as if they had not come. */
  readonly perAuthor: { readonly burst: number; readonly perSecond: number }
  /** Accepted, of all authors together; 300 at once and 10 a second, where nothing is said. */
  readonly total?: { readonly burst: number; readonly perSecond: number }
  /**
   * Called once for each message, before it is passed on. Must answer soon. One that throws ignores it. What was accepted
   * is known for half an hour at least, also after a restart: what it took longer ago, `judge` must refuse by itself.
   */
  readonly judge: (message: GossipMessage) => GossipVerdict | Promise<GossipVerdict>
  /** It came once more, from another peer. `id` as in the message. */
  readonly again?: (id: string, from: PeerId) => void
}

export interface Topic {
  readonly name: string
  /**
   * To all who are in the topic. What was broadcast or passed on here before is not sent again (`known`).
   * Errors: LatchError TOO_LARGE.
   */
  publish(data: Uint8Array): Promise<{ readonly outcome: 'sent' | 'known'; readonly id: string; readonly peers: number }>
  /** Devices next to this one that are in it. */
  peers(): PeerId[]
  leave(): void
}

/** Broadcast through all who are in a topic: validation before forwarding, nothing twice. */
export interface Gossip {
  /** Enters a topic; one may be in it once. Before gossip has joined the network it is entered when it does. */
  enter(name: string, terms: TopicTerms): Topic
  /** Called when a device next to this one enters or leaves a topic. */
  onPeers(listener: (topic: string) => void): () => void
}
