import type { PeerId } from '../../../shared/ids.ts'
import type { PostId } from '../../../shared/model/square.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { MAX_DEPTH, type SquareProtocol, type TraceReply, type TraceRequest } from '../../protocols/square/index.ts'
import { Buckets } from './buckets.ts'
import { ASKED_ON_BURST, ASKED_ON_EVERY_MS, MAX_ASKERS, TRACES_BURST, TRACES_EVERY_MS } from './limits.ts'
import type { SquareStore, StoredPost } from './store.ts'

export interface TracingParts {
  readonly protocol: Pick<SquareProtocol, 'trace'>
  readonly store: Pick<SquareStore, 'get' | 'setHops'>
  readonly clock: Clock
  readonly log: Log
}

/** How many hops a message took: asked back along its way, one question at a time for each message, and remembered. */
export class Tracing {
  readonly #parts: TracingParts
  readonly #askers = new Buckets<PeerId>(TRACES_BURST, TRACES_EVERY_MS, MAX_ASKERS)
  readonly #askedOn = new Buckets<'all'>(ASKED_ON_BURST, ASKED_ON_EVERY_MS, 1)
  readonly #underWay = new Map<PostId, Promise<number | null>>()

  constructor(parts: TracingParts) {
    this.#parts = parts
  }

  /** For a peer that had it from here. */
  async answer({ peerId }: RemotePeer, { id, depth }: TraceRequest): Promise<TraceReply> {
    const { clock, store } = this.#parts
    if (this.#askers.take(peerId, clock.monotonicMs()) > 0) return { status: 'busy' }
    const post = store.get(id)
    if (post === null) return { status: 'unknown' }
    const mustAsk = post.hops === null && post.peer !== null && !this.#underWay.has(id)
    if (mustAsk && this.#askedOn.take('all', clock.monotonicMs()) > 0) return { status: 'busy' }
    const hops = await this.hops(post, depth)
    return hops === null || hops > MAX_DEPTH ? { status: 'unknown' } : { status: 'ok', hops }
  }

  /** `depth`: devices that may be asked, one by the other. Null: those between would not say, or are away. Never rejects. */
  async hops(post: StoredPost, depth: number): Promise<number | null> {
    const { id, peer } = post
    if (post.hops !== null) return post.hops
    if (peer === null) return 0
    if (depth === 0) return null
    const asked = this.#underWay.get(id) ?? this.#ask(peer, id, depth - 1)
    this.#underWay.set(id, asked)
    try {
      return await asked
    } finally {
      this.#underWay.delete(id)
    }
  }

  forget(peerId: PeerId): void {
    this.#askers.forget(peerId)
  }

  async #ask(peer: PeerId, id: PostId, depth: number): Promise<number | null> {
    const { log, protocol, store } = this.#parts
    try {
      const reply = await protocol.trace(peer, id, depth)
      if (reply.status !== 'ok') return null
      store.setHops(id, reply.hops + 1)
      return reply.hops + 1
    } catch (error) {
      log.debug({ peer, error }, 'how a message came was not told')
      return null
    }
  }
}
