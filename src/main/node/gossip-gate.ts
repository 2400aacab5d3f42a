import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { Message } from '@libp2p/gossipsub'
import { PeerId } from '../../shared/ids.ts'
import type { Clock } from '../platform/clock.ts'
import { idsOf, inLots, textOf, type RecentMessages } from './gossip-ids.ts'
import { GRAYLISTED_BELOW, MAX_MESSAGE_BYTES, type Pubsub, type Rpc, type RpcMessage } from './gossip-library.ts'
import type { Neighbours } from './gossip-neighbours.ts'
import type { SeenIds } from './gossip-seen.ts'
import type { EnteredTopic } from './gossip-terms.ts'

/** Points of a hundred, for what no honest node hands over; a verdict of ours may be that of a later version. */
export const REJECTED_POINTS = 15
const TOO_LARGE_POINTS = 15
const OVERRUN_POINTS = 1

const NO_CONTROL = { ihave: [], iwant: [], graft: [], prune: [], idontwant: [] }

export interface GateParts {
  readonly clock: Clock
  readonly topics: ReadonlyMap<string, EnteredTopic>
  readonly recent: RecentMessages
  readonly neighbours: Neighbours
  readonly seen: SeenIds
  readonly offended: (by: string, why: string, points: number) => void
}

/** What stands before gossipsub, and at the one place where it asks us on its way. */
export class Gate {
  readonly #parts: GateParts

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  /** Before gossipsub looks at anything, what costs little: is it of a topic of ours, of a fitting size, and not here yet? */
  admit(pubsub: Pubsub, from: Libp2pPeerId, rpc: Rpc): Rpc[] {
    const { neighbours, topics } = this.#parts
    const peerId = PeerId.safeParse(from.toString()).data
    if (peerId === undefined || pubsub.score.score(peerId) < GRAYLISTED_BELOW) return []
    rpc.subscriptions = rpc.subscriptions.filter(({ topic = '', subscribe = false }) => {
      if (!subscribe) neighbours.left(peerId, topic)
      if (!subscribe || topics.has(topic)) return true
      neighbours.told(peerId, from, topic)
      return false
    })
    rpc.messages = rpc.messages.filter((message) => this.#isNews(peerId, from, message, rpc))
    return this.#answerable(rpc)
  }

  #isNews(peerId: PeerId, from: Libp2pPeerId, { topic: name, data }: RpcMessage, rpc: Rpc): boolean {
    const { neighbours, offended, recent, topics } = this.#parts
    const topic = topics.get(name)
    if (topic === undefined || data === undefined || data.byteLength === 0) return false
    if (data.byteLength > topic.terms.maxBytes) {
      offended(peerId, 'gossip: larger than its topic takes', TOO_LARGE_POINTS)
      return false
    }
    const ids = idsOf(name, data)
    const standing = recent.get(ids)
    if (standing === null) {
      if (neighbours.isIdle(peerId, name)) {
        topic.counts.overran += 1
        return false
      }
      if (neighbours.take(peerId, from) === 'taken') return true
      offended(peerId, 'gossip: more messages than its rate', OVERRUN_POINTS)
      return false
    }
    topic.counts.duplicates += 1
    // Whoever says it has it: as if they had said that they do not want it from here too.
    if (standing === 'judging') rpc.control = { ...NO_CONTROL, ...rpc.control, idontwant: [{ messageIDs: [ids.wire] }, ...(rpc.control?.idontwant ?? [])] }
    if (standing === 'rejected') offended(peerId, 'gossip: what no honest node passes on', REJECTED_POINTS)
    else topic.terms.again?.(ids.id, peerId)
    return false
  }

  /** What a peer asks for, in as many questions as it takes answers. */
  #answerable(rpc: Rpc): Rpc[] {
    const asked = rpc.control?.iwant?.flatMap(({ messageIDs }) => messageIDs) ?? []
    if (asked.length < 2 || rpc.control === undefined) return [rpc]
    const sizeOf = (id: Uint8Array): number => this.#parts.recent.sizeOf(textOf(id))
    const [first = [], ...others] = inLots(asked, sizeOf, MAX_MESSAGE_BYTES)
    rpc.control.iwant = [{ messageIDs: first }]
    return [rpc, ...others.map((messageIDs) => ({ subscriptions: [], messages: [], control: { ...NO_CONTROL, iwant: [{ messageIDs }] } }))]
  }

  /**
   * gossipsub asks for the id once author, number and signature hold, and marks the message as seen after it. So here is
   * where rates are, each by a proven author: what is above them throws, and is as if it had not come. Before the
   * signature anybody could use up somebody else's; after the mark, an author's copy above its rate would silence the
   * message itself.
   */
  beforeSeen(pubsub: Pubsub | null, message: Message): Uint8Array {
    const { clock, recent, seen, topics } = this.#parts
    const ids = idsOf(message.topic, message.data)
    const sizeBytes = message.data.byteLength
    const topic = topics.get(message.topic)
    if (topic === undefined || recent.get(ids) !== null) return ids.wire
    if (seen.has(ids.wire)) {
      recent.set(ids, 'broadcast', sizeBytes)
      topic.counts.duplicates += 1
      return ids.wire
    }
    const author = authorOf(message)
    if (author === undefined || topic.take(author, clock.monotonicMs()) === 'empty') {
      topic.counts.overran += 1
      // Whoever offered it kept its word.
      pubsub?.gossipTracer.deliverMessage(ids.wireText)
      throw new Error('above the rate of its author or topic')
    }
    recent.set(ids, 'judging', sizeBytes)
    return ids.wire
  }
}

export function authorOf(message: Message): PeerId | undefined {
  return message.type === 'signed' ? PeerId.safeParse(message.from.toString()).data : undefined
}
