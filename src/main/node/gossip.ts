import { setImmediate as aTurn } from 'node:timers/promises'
import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import type { GossipSub, GossipsubOpts, Message, TopicValidatorResult } from '@libp2p/gossipsub'
import { LatchError } from '../../shared/errors.ts'
import { PeerId } from '../../shared/ids.ts'
import { MINUTE } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { withThriftyWindow } from '../platform/few-packets.ts'
import type { Gossip, GossipVerdict, Topic, TopicTerms } from '../platform/gossip.ts'
import type { Log } from '../platform/log.ts'
import type { Offence } from '../platform/streams.ts'
import type { Annex } from './annex.ts'
import { authorOf, Gate, REJECTED_POINTS } from './gossip-gate.ts'
import { idsOf, RecentMessages, type MessageIds } from './gossip-ids.ts'
import { facesOf, gossipOptions, MAX_MESSAGE_BYTES, TOPIC_SCORE, type Pubsub, type Rpc } from './gossip-library.ts'
import { Neighbours } from './gossip-neighbours.ts'
import { SeenIds } from './gossip-seen.ts'
import { EnteredTopic, type TopicCounts } from './gossip-terms.ts'

/** Points of a hundred: a forged signature has no innocent cause. */
const FORGED_POINTS = 25

/** Four of the ledger, 32 rooms, and as many again while a person changes networks. */
const MAX_TOPICS = 80

/** What was said while nobody was there to hear it is said to the first who comes within a minute. */
const UNHEARD_FOR_MS = MINUTE
const MAX_UNHEARD = 64

export interface GossipParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** What a neighbour did wrong, for the door. */
  readonly offence: Offence
}

/** The broadcast of this node: entered by features at any time, joined to libp2p when that has begun. */
export interface GossipRoom extends Gossip {
  readonly options: Partial<GossipsubOpts>
  /** Stands before a gossipsub made with `options`, which has not started. Errors: Error, where it is another version. */
  guard(gossipsub: GossipSub, components: Annex['components']): void
  /** It has started: enters what features entered. */
  begin(): void
  /** Of a topic since it was entered; null where this node is not in it. */
  counts(topic: string): TopicCounts | null
  /** Neighbours that are in a topic. */
  peersOf(topic: string): PeerId[]
  /** Nothing is passed on any more; what is to be remembered is on the disk. */
  stop(): Promise<void>
}

/** Gossip over libp2p's gossipsub: docs/wire/square.md. */
export function createGossip(parts: GossipParts): GossipRoom {
  return new GossipsubRoom(parts)
}

interface Unheard {
  readonly data: Uint8Array
  readonly untilMs: number
}

class GossipsubRoom implements GossipRoom {
  readonly options: Partial<GossipsubOpts>
  readonly #parts: GossipParts
  readonly #topics = new Map<string, EnteredTopic>()
  readonly #unheard = new Map<string, Unheard[]>()
  readonly #listeners = new Set<(topic: string) => void>()
  readonly #present = new Map<string, string>()
  readonly #recent = new RecentMessages()
  readonly #neighbours: Neighbours
  readonly #seen: SeenIds
  readonly #gate: Gate
  #pubsub: Pubsub | null = null
  #hasBegun = false
  #isStopped = false

  constructor(parts: GossipParts) {
    this.#parts = parts
    this.#seen = new SeenIds(parts.database, parts.clock)
    this.#neighbours = new Neighbours(parts.clock)
    const offended = (by: string, why: string, points: number): void => this.#offended(by, why, points)
    this.#gate = new Gate({ clock: parts.clock, topics: this.#topics, recent: this.#recent, neighbours: this.#neighbours, seen: this.#seen, offended })
    this.options = gossipOptions((message) => this.#gate.beforeSeen(this.#pubsub, message))
  }

  guard(gossipsub: GossipSub, components: Annex['components']): void {
    const pubsub = facesOf(gossipsub)
    const receive = pubsub.handleReceivedRpc.bind(pubsub)
    pubsub.handleReceivedRpc = async (from, rpc) => {
      if (this.#isStopped) return
      for (const part of this.#gate.admit(pubsub, from, rpc)) await receive(from, part)
    }
    const arrived = pubsub.onIncomingStream.bind(pubsub)
    pubsub.onIncomingStream = (stream, connection) => {
      withThriftyWindow(stream)
      arrived(stream, connection)
    }
    // Who joined late has said before that it speaks no gossip, and that may be heard after what it says now. Each says once
    // which topics it is in: taken for gone while it is connected, it would be in none of them for good.
    const gone = pubsub.onPeerDisconnected.bind(pubsub)
    pubsub.onPeerDisconnected = (peerId) => {
      const those = components.connectionManager.getConnections(peerId)
      if (!those.some(({ status, limits }) => status === 'open' && limits === undefined)) gone(peerId)
    }
    const forged = pubsub.score.rejectInvalidMessage.bind(pubsub.score)
    pubsub.score.rejectInvalidMessage = (from, topic) => {
      forged(from, topic)
      this.#offended(from, 'gossip: an author, a number or a signature that does not hold', FORGED_POINTS)
    }
    pubsub.addEventListener('subscription-change', () => this.#lookAround())
    pubsub.addEventListener('gossipsub:heartbeat', () => {
      this.#neighbours.mend(pubsub, components)
      this.#lookAround()
    })
    this.#pubsub = pubsub
  }

  begin(): void {
    this.#hasBegun = true
    for (const topic of this.#topics.values()) this.#subscribe(topic)
  }

  enter(name: string, terms: TopicTerms): Topic {
    if (this.#topics.has(name)) throw new Error(`${name} was entered already`)
    if (terms.maxBytes > MAX_MESSAGE_BYTES) throw new RangeError(`${name}: no message is larger than ${MAX_MESSAGE_BYTES} bytes`)
    if (this.#topics.size >= MAX_TOPICS) throw new LatchError('BUSY', `At most ${MAX_TOPICS} topics at once.`)
    const topic = new EnteredTopic(name, terms, this.#parts.clock.monotonicMs())
    this.#topics.set(name, topic)
    this.#subscribe(topic)
    return {
      name,
      publish: (data) => this.#publish(topic, data),
      peers: () => this.peersOf(name),
      leave: () => this.#leave(topic),
    }
  }

  onPeers(listener: (topic: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  counts(name: string): TopicCounts | null {
    const counts = this.#topics.get(name)?.counts
    return counts === undefined ? null : { ...counts }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#seen.flush()
  }

  #subscribe(topic: EnteredTopic): void {
    const { name } = topic
    const pubsub = this.#pubsub
    if (pubsub === null || !this.#hasBegun || this.#isStopped) return
    // Never taken out again: the library reads it for peers who were in the topic, whenever they go.
    pubsub.score.params.topics[name] ??= { ...TOPIC_SCORE }
    pubsub.topicValidators.set(name, (from, message) => this.#judge(topic, from, message))
    pubsub.subscribe(name)
    for (const peer of this.#neighbours.whoTold(name)) {
      const rpc: Rpc = { subscriptions: [{ topic: name, subscribe: true }], messages: [] }
      pubsub.handleReceivedRpc(peer, rpc).catch((error: unknown) => this.#parts.log.debug({ error }, 'a peer was not entered'))
    }
  }

  #leave(topic: EnteredTopic): void {
    const { name } = topic
    if (this.#topics.get(name) !== topic) return
    this.#topics.delete(name)
    this.#unheard.delete(name)
    this.#present.delete(name)
    if (this.#pubsub === null || !this.#hasBegun || this.#isStopped) return
    this.#pubsub.topicValidators.delete(name)
    if (this.#pubsub.getTopics().includes(name)) this.#pubsub.unsubscribe(name)
  }

  async #publish(topic: EnteredTopic, data: Uint8Array): ReturnType<Topic['publish']> {
    const { name, terms } = topic
    if (data.byteLength > terms.maxBytes) throw new LatchError('TOO_LARGE')
    if (this.#topics.get(name) !== topic) throw new LatchError('NOT_FOUND', `This node is not in ${name}.`)
    const ids = idsOf(name, data)
    const { id } = ids
    if (this.#recent.get(ids) !== null || this.#seen.has(ids.wire)) return { outcome: 'known', id, peers: 0 }
    this.#recent.set(ids, 'broadcast', data.byteLength)
    await this.#seen.keep(ids.wire).catch((error: unknown) => {
      this.#recent.delete(ids)
      throw error
    })
    return { outcome: 'sent', id, peers: await this.#say(topic, data) }
  }

  /** To how many neighbours it went; kept for a minute where there are none. */
  async #say({ name }: EnteredTopic, data: Uint8Array): Promise<number> {
    if (this.#pubsub !== null && this.peersOf(name).length > 0) {
      return (await this.#pubsub.publish(name, data)).recipients.length
    }
    const untilMs = this.#parts.clock.monotonicMs() + UNHEARD_FOR_MS
    this.#unheard.set(name, [...(this.#unheard.get(name) ?? []), { data, untilMs }].slice(-MAX_UNHEARD))
    return 0
  }

  peersOf(name: string): PeerId[] {
    return (this.#pubsub?.getSubscribers(name) ?? []).flatMap((id) => PeerId.safeParse(id.toString()).data ?? [])
  }

  async #judge(topic: EnteredTopic, source: Libp2pPeerId, message: Message): Promise<TopicValidatorResult> {
    const ids = idsOf(topic.name, message.data)
    const author = authorOf(message)
    const from = PeerId.safeParse(source.toString()).data
    if (this.#recent.get(ids) !== 'judging' || author === undefined || from === undefined) {
      if (from !== undefined) topic.terms.again?.(ids.id, from)
      return VERDICTS.ignore
    }
    const { verdict, why } = await this.#verdict(topic, ids, message, author, from)
    topic.counts[COUNTED[verdict]] += 1
    if (verdict !== 'accept') topic.refused()
    this.#recent.set(ids, STANDING[verdict], message.data.byteLength)
    if (verdict === 'ignore') this.#neighbours.ignored(from, topic.name)
    if (verdict === 'reject') this.#offended(from, `gossip: ${why}`, REJECTED_POINTS)
    return VERDICTS[verdict]
  }

  async #verdict(topic: EnteredTopic, ids: MessageIds, message: Message, author: PeerId, from: PeerId): Promise<GossipVerdict> {
    const { clock, log } = this.#parts
    const { name } = topic
    try {
      const told = { topic: name, id: ids.id, data: message.data, author, from, receivedMs: clock.nowMs() }
      const verdict = await topic.terms.judge(told)
      if (verdict.verdict !== 'accept') {
        log.debug({ topic: name, peer: from, ...verdict }, 'a message is not passed on')
        return verdict
      }
      if (this.#isStopped || this.#topics.get(name) !== topic) return { verdict: 'ignore', why: 'left in the meantime' }
      // Copies that lie in the sockets by then say who need not have it from here.
      await Promise.all([this.#seen.keep(ids.wire), aTurn()])
      return verdict
    } catch (error) {
      log.warn({ topic: name, peer: from, error }, 'a message could not be judged')
      return { verdict: 'ignore', why: 'it could not be judged' }
    }
  }

  /** Who is in which topic now; what waited for somebody is said. */
  #lookAround(): void {
    if (this.#isStopped) return
    for (const topic of this.#topics.values()) {
      const peers = this.peersOf(topic.name)
      if (peers.length > 0) this.#sayUnheard(topic)
      const present = peers.toSorted().join(' ')
      if ((this.#present.get(topic.name) ?? '') === present) continue
      this.#present.set(topic.name, present)
      for (const listener of this.#listeners) listener(topic.name)
    }
  }

  #sayUnheard(topic: EnteredTopic): void {
    const waiting = this.#unheard.get(topic.name)
    if (waiting === undefined) return
    this.#unheard.delete(topic.name)
    const nowMs = this.#parts.clock.monotonicMs()
    for (const { data, untilMs } of waiting) {
      if (untilMs < nowMs) continue
      this.#say(topic, data).catch((error: unknown) => this.#parts.log.warn({ topic: topic.name, error }, 'what waited was not broadcast'))
    }
  }

  #offended(by: string, why: string, points: number): void {
    const peerId = PeerId.safeParse(by).data
    if (peerId !== undefined) this.#parts.offence(peerId, why, points)
  }
}

/** The library's words; its own enum would load the library at start. */
const VERDICTS = { accept: 'accept', ignore: 'ignore', reject: 'reject' } as unknown as Record<GossipVerdict['verdict'], TopicValidatorResult>
const STANDING = { accept: 'broadcast', ignore: 'ignored', reject: 'rejected' } as const
const COUNTED = { accept: 'accepted', ignore: 'ignored', reject: 'rejected' } as const
