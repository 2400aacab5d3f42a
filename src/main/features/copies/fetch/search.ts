import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import { deadline } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { CopyRefusedError, type CopyChannel } from '../../../protocols/copy/index.ts'
import type { BlockId } from '../dag/block-id.ts'
import { ASK_MS, ASKING_AT_ONCE, AWAY_REST_MS, FIND_AGAIN_MS, FIND_MORE_MS, SEARCH_MS, SOURCE_REST_MS } from '../limits.ts'
import { holdersOf, type HoldersParts } from './holders.ts'

export interface SearchParts extends HoldersParts {
  readonly log: Log
  readonly site: SiteName
  readonly root: BlockId
  /** Those to be asked first, the owner's devices before all. */
  readonly known: () => readonly PeerId[]
  readonly isEnough: () => boolean
  readonly isSource: (peerId: PeerId) => boolean
  /** It has the tree, and opened it. */
  readonly found: (peerId: PeerId, channel: CopyChannel) => void
  readonly over: () => void
  readonly closed: AbortSignal
}

/** Finds devices that have a tree, and opens it there; one search at a time, and not at once again. */
export class Search {
  readonly #parts: SearchParts
  /** Not asked again before. */
  readonly #resting = new Map<PeerId, number>()
  #running: Promise<void> | null = null
  #endedMs = -Infinity

  constructor(parts: SearchParts) {
    this.#parts = parts
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  /** Resolves when nobody is left to ask, or enough were found. Never fails. */
  start(): Promise<void> {
    if (this.#parts.closed.aborted) return Promise.resolve()
    this.#running ??= this.#all()
      .catch((error: unknown) => this.#parts.log.error({ error }, 'looking for holders of a copy failed'))
      .finally(() => {
        this.#running = null
        this.#endedMs = this.#parts.clock.monotonicMs()
        this.#parts.over()
      })
    return this.#running
  }

  /** `hasSome`: more of them are wanted, and nobody waits for it. */
  startIfDue(hasSome: boolean): void {
    if (this.#parts.clock.monotonicMs() - this.#endedMs >= (hasSome ? FIND_MORE_MS : FIND_AGAIN_MS)) void this.start()
  }

  /** One that did well is gone: it, or another, may be there at once. */
  hurry(): void {
    this.#endedMs = -Infinity
  }

  rest(peerId: PeerId, ms = SOURCE_REST_MS): void {
    this.#resting.set(peerId, this.#parts.clock.monotonicMs() + ms)
  }

  /** It may be asked at once. */
  wake(peerId: PeerId): void {
    this.#resting.delete(peerId)
  }

  async #all(): Promise<void> {
    const { closed, clock, root } = this.#parts
    const limit = deadline(clock, SEARCH_MS, 'looking for holders of a copy', closed)
    const asking = new Set<Promise<void>>()
    try {
      const mayAsk = (peerId: PeerId): boolean => !this.#parts.isSource(peerId) && (this.#resting.get(peerId) ?? -Infinity) <= clock.monotonicMs()
      for await (const peerId of holdersOf(root, this.#parts.known(), mayAsk, this.#parts, limit.signal)) {
        if (limit.signal.aborted || this.#parts.isEnough()) break
        const one: Promise<void> = this.#try(peerId, limit.signal).finally(() => asking.delete(one))
        asking.add(one)
        if (asking.size >= ASKING_AT_ONCE) await Promise.race(asking)
      }
      await Promise.all(asking)
    } finally {
      limit.release()
    }
  }

  async #try(peerId: PeerId, signal: AbortSignal): Promise<void> {
    const { clock, connect, protocol, log, closed, site, root } = this.#parts
    const limit = deadline(clock, ASK_MS, 'asking for a copy', signal)
    try {
      await connect(peerId, limit.signal)
      const channel = await protocol.open(peerId, { site, root }, limit.signal)
      if (closed.aborted || this.#parts.isSource(peerId)) return channel.close(new Error('not needed any more'))
      this.#parts.found(peerId, channel)
    } catch (error) {
      // Who said no says so again; who is not there may be in a moment, if it is one who should have it.
      const isAnswer = error instanceof CopyRefusedError && error.code !== 'busy'
      const awayMs = this.#parts.known().includes(peerId) ? FIND_AGAIN_MS : AWAY_REST_MS
      this.rest(peerId, isAnswer ? SOURCE_REST_MS : awayMs)
      log.debug({ peer: peerId, error }, 'gives no copy')
    } finally {
      limit.release()
    }
  }
}
