import type { Connection, PeerId as Libp2pPeerId } from '@libp2p/interface'
import { PeerId } from '../../shared/ids.ts'
import { SECOND } from '../../shared/units.ts'
import type { Clock } from '../platform/clock.ts'
import type { Annex } from './annex.ts'
import type { Pubsub } from './gossip-library.ts'
import { Rate } from './rate.ts'

/**
 * New messages of one neighbour that are looked at: each costs a signature (0.08 ms). It passes on everybody's, so this
 * is far above any author's; copies of what is here cost a hash and are not counted.
 */
const BURST = 1_000
const PER_SECOND = 200

/**
 * Of those, what one neighbour may bring to one topic that is then ignored: nobody's fault, and yet reading a block of a
 * megabyte that follows nothing takes tens of ms. Honest ones bring much of it to whoever is behind, who lacks nothing by it.
 */
const IGNORED_BURST = 200
const IGNORED_PER_SECOND = 5

/** Topics that a neighbour says it is in, which this node is not in (yet): names of our own are 100 characters. */
const MAX_TOPICS_TOLD = 256
const MAX_TOPIC_CHARS = 200

const MEND_EVERY_MS = 5 * SECOND

interface Neighbour {
  readonly libp2pId: Libp2pPeerId
  readonly rate: Rate
  readonly told: Set<string>
  /** By topic, what of it was ignored. */
  readonly ignored: Map<string, Rate>
  /** It took part once. */
  spoke: boolean
  mendedMs: number
}

/** What is remembered of those next to this node, as long as they are connected. */
export class Neighbours {
  readonly #clock: Clock
  readonly #byId = new Map<PeerId, Neighbour>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  take(peerId: PeerId, libp2pId: Libp2pPeerId): 'taken' | 'empty' {
    return this.#of(peerId, libp2pId).rate.take(this.#clock.monotonicMs())
  }

  /** Something that it brought was ignored. */
  ignored(peerId: PeerId, topic: string): void {
    const ignored = this.#byId.get(peerId)?.ignored
    if (ignored === undefined) return
    const nowMs = this.#clock.monotonicMs()
    const rate = ignored.get(topic) ?? new Rate(IGNORED_BURST, IGNORED_PER_SECOND, nowMs)
    ignored.set(topic, rate)
    rate.take(nowMs)
  }

  /** Whether so much of it was ignored in that topic that the next is not looked at. */
  isIdle(peerId: PeerId, topic: string): boolean {
    const rate = this.#byId.get(peerId)?.ignored.get(topic)
    if (rate === undefined) return false
    if (rate.take(this.#clock.monotonicMs()) === 'empty') return true
    rate.giveBack()
    return false
  }

  /** A peer says once which topics it is in, and gossipsub would forget those that this node is not in then. */
  told(peerId: PeerId, libp2pId: Libp2pPeerId, topic: string): void {
    const { told } = this.#of(peerId, libp2pId)
    if (told.size < MAX_TOPICS_TOLD && topic.length <= MAX_TOPIC_CHARS) told.add(topic)
  }

  left(peerId: PeerId, topic: string): void {
    this.#byId.get(peerId)?.told.delete(topic)
  }

  /** Those who are in `topic`, as was heard before this node was. */
  whoTold(topic: string): Libp2pPeerId[] {
    return [...this.#byId.values()].filter(({ told }) => told.delete(topic)).map(({ libp2pId }) => libp2pId)
  }

  /**
   * gossipsub speaks to a peer over the connection that was first, and falls silent when that closes though another is
   * there. Tells it of the other. Forgets who is gone.
   */
  mend(pubsub: Pubsub, { registrar, connectionManager }: Pick<Annex['components'], 'registrar' | 'connectionManager'>): void {
    const nowMs = this.#clock.monotonicMs()
    const connections = new Map<string, Connection>()
    for (const connection of connectionManager.getConnections()) {
      const isWhole = connection.status === 'open' && connection.limits === undefined
      if (isWhole) connections.set(connection.remotePeer.toString(), connection)
    }
    for (const libp2pId of pubsub.getPeers()) {
      const peerId = PeerId.safeParse(libp2pId.toString()).data
      if (peerId === undefined) continue
      // libp2p tells gossipsub of no end of a peer of which it was heard last that it speaks no gossip.
      if (!connections.has(peerId)) pubsub.onPeerDisconnected(libp2pId)
      else if (pubsub.streamsOutbound.has(peerId)) this.#of(peerId, libp2pId).spoke = true
    }
    for (const [peerId, neighbour] of this.#byId) {
      const connection = connections.get(peerId)
      if (connection === undefined) this.#byId.delete(peerId)
      else if (neighbour.spoke && !pubsub.streamsOutbound.has(peerId) && nowMs - neighbour.mendedMs >= MEND_EVERY_MS) {
        neighbour.mendedMs = nowMs
        const [topology] = pubsub.protocols.flatMap((protocol) => registrar.getTopologies(protocol))
        void topology?.onConnect?.(neighbour.libp2pId, connection)
      }
    }
  }

  #of(peerId: PeerId, libp2pId: Libp2pPeerId): Neighbour {
    const before = this.#byId.get(peerId)
    if (before !== undefined) return before
    const nowMs = this.#clock.monotonicMs()
    const neighbour = { libp2pId, rate: new Rate(BURST, PER_SECOND, nowMs), told: new Set<string>(), ignored: new Map<string, Rate>(), spoke: false, mendedMs: nowMs - MEND_EVERY_MS }
    this.#byId.set(peerId, neighbour)
    return neighbour
  }
}
