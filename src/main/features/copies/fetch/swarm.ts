import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Cancel } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { StreamCutError, type Offence } from '../../../platform/streams.ts'
import { CopyProtocolError, type CopyChannel } from '../../../protocols/copy/index.ts'
import { isBlock, type BlockId } from '../dag/block-id.ts'
import {
  LOOK_HOLDERS_MS,
  MAX_ASKED,
  MAX_SOURCES,
  MAX_SOURCES_OF_WANT,
  STEAL_AFTER_MS,
  STEAL_CHECK_MS,
  SWARM_IDLE_MS,
  WRONG_BLOCK_POINTS,
} from '../limits.ts'
import type { HoldersParts } from './holders.ts'
import { Search } from './search.ts'
import { Source } from './source.ts'

/** For answers that no 1.0.0 gives; a handful ends a connection. */
const NONSENSE_POINTS = 10

export interface SwarmParts extends HoldersParts {
  readonly log: Log
  readonly offence: Offence
}

interface Want {
  readonly id: BlockId
  readonly waiters: Set<{ readonly resolve: (block: Uint8Array) => void; readonly reject: (why: unknown) => void }>
  /** Who owes it, and since when the last of them. */
  readonly at: Set<Source>
  askedMs: number
  /** Who does not have it, although they have the tree. */
  readonly not: Set<PeerId>
}

/**
 * Blocks of one tree from whoever has it, several at once. Each source owes a window of blocks; one that has room takes what
 * nobody was asked for yet, and then what another owes for longer than a second: the first that is right counts. A
 * source that gives a wrong block is named and let go, one that goes away or stalls is replaced.
 */
export class Swarm {
  readonly site: SiteName
  readonly root: BlockId
  readonly #parts: SwarmParts
  readonly #wants = new Map<BlockId, Want>()
  readonly #queue: Want[] = []
  readonly #sources = new Map<PeerId, Source>()
  readonly #holders = new Set<PeerId>()
  #devices: readonly PeerId[]
  readonly #search: Search
  readonly #closed = new AbortController()
  #cancelCheck: Cancel | null = null
  #cancelIdle: Cancel | null = null
  /** Devices that gave something that was right, since the swarm began. */
  readonly gave = new Set<PeerId>()

  constructor(site: SiteName, root: BlockId, devices: readonly PeerId[], parts: SwarmParts) {
    this.site = site
    this.root = root
    this.#devices = devices
    this.#parts = parts
    this.#search = new Search({
      ...parts,
      site,
      root,
      known: () => [...this.#devices, ...this.gave, ...this.#holders],
      isEnough: () => this.#sources.size >= MAX_SOURCES,
      isSource: (peerId) => this.#sources.has(peerId),
      found: (peerId, channel) => this.#took(peerId, channel),
      over: () => this.#pump(),
      closed: this.#closed.signal,
    })
  }

  /** Devices that said that they have it. */
  get holders(): number {
    return this.#holders.size
  }

  get isIdle(): boolean {
    return this.#wants.size === 0
  }

  /** The owner's devices, as the zone names them now. */
  set devices(devices: readonly PeerId[]) {
    this.#devices = devices
  }

  /** A block that is what its CID says. Errors: LatchError UNREACHABLE, the signal's reason. */
  get(id: BlockId, signal: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (this.#closed.signal.aborted) return reject(this.#closed.signal.reason)
      const want = this.#wants.get(id) ?? this.#wanted(id)
      const waiter = {
        resolve: (block: Uint8Array): void => {
          signal.removeEventListener('abort', aborted)
          resolve(block)
        },
        reject: (why: unknown): void => {
          signal.removeEventListener('abort', aborted)
          reject(why)
        },
      }
      const aborted = (): void => {
        want.waiters.delete(waiter)
        reject(signal.reason)
        if (want.waiters.size === 0) this.#done(want)
      }
      want.waiters.add(waiter)
      signal.addEventListener('abort', aborted, { once: true })
      this.#pump()
    })
  }

  /** Looks who has it; resolves two seconds after the first was found, or when nobody is left to ask. Never fails. */
  async discover(signal: AbortSignal): Promise<void> {
    const searched = this.#search.start()
    const limit = Promise.withResolvers<void>()
    const cancel = this.#parts.clock.after(LOOK_HOLDERS_MS, limit.resolve)
    const aborted = (): void => limit.resolve()
    signal.addEventListener('abort', aborted, { once: true })
    await Promise.race([searched, limit.promise])
    signal.removeEventListener('abort', aborted)
    cancel()
  }

  /** The connection to it is gone. */
  disconnected(peerId: PeerId): void {
    this.#search.wake(peerId)
    this.#sources.get(peerId)?.channel.close(new Error('disconnected'))
  }

  close(why: Error): void {
    if (this.#closed.signal.aborted) return
    this.#closed.abort(why)
    this.#cancelCheck?.()
    this.#cancelIdle?.()
    for (const source of this.#sources.values()) source.channel.close(why)
    for (const want of this.#wants.values()) for (const { reject } of want.waiters) reject(why)
    this.#wants.clear()
    this.#queue.length = 0
  }

  #wanted(id: BlockId): Want {
    const want: Want = { id, waiters: new Set(), at: new Set(), askedMs: 0, not: new Set() }
    this.#wants.set(id, want)
    this.#queue.push(want)
    this.#cancelIdle?.()
    this.#cancelIdle = null
    return want
  }

  /** Nobody wants it any more, or it is here. */
  #done(want: Want): void {
    if (this.#wants.get(want.id) !== want) return
    this.#wants.delete(want.id)
    const queued = this.#queue.indexOf(want)
    if (queued !== -1) this.#queue.splice(queued, 1)
    for (const source of want.at) source.forget(want.id, this.#parts.clock.monotonicMs())
    if (this.#wants.size > 0) return
    this.#cancelCheck?.()
    this.#cancelCheck = null
    this.#cancelIdle ??= this.#parts.clock.after(SWARM_IDLE_MS, () => {
      for (const { channel } of this.#sources.values()) channel.close(new Error('nothing was wanted for some time'))
    })
  }

  /** Gives each source what it has room for, the least busy first; looks for more sources where there are too few. */
  #pump(): void {
    if (this.#closed.signal.aborted) return
    const nowMs = this.#parts.clock.monotonicMs()
    const sources = [...this.#sources.values()].toSorted((a, b) => a.loadAt(nowMs) - b.loadAt(nowMs))
    for (const source of sources) {
      while (source.hasRoom) {
        const want = this.#nextFor(source, nowMs)
        if (want === null) break
        this.#ask(source, want, nowMs)
      }
    }
    if (this.#wants.size === 0) return
    this.#cancelCheck ??= this.#parts.clock.after(STEAL_CHECK_MS, () => this.#check())
    if (this.#sources.size < MAX_SOURCES) this.#search.startIfDue(this.#sources.size > 0)
    if (!this.#search.isRunning) this.#failHopeless()
  }

  #nextFor(source: Source, nowMs: number): Want | null {
    const at = this.#queue.findIndex(({ not }) => !not.has(source.peerId))
    if (at !== -1) return this.#queue.splice(at, 1)[0] ?? null
    let oldest: Want | null = null
    for (const want of this.#wants.values()) {
      const isMine = want.at.has(source) || want.not.has(source.peerId)
      if (isMine || want.at.size === 0 || want.at.size >= MAX_SOURCES_OF_WANT) continue
      if (nowMs - want.askedMs < STEAL_AFTER_MS) continue
      if (oldest === null || want.askedMs < oldest.askedMs) oldest = want
    }
    return oldest
  }

  #ask(source: Source, want: Want, nowMs: number): void {
    want.at.add(source)
    want.askedMs = nowMs
    source.ask(want.id, nowMs).then(
      (block) => this.#answered(source, want, block),
      () => this.#unanswered(source, want),
    )
  }

  #answered(source: Source, want: Want, block: Uint8Array | null): void {
    const isWanted = this.#wants.get(want.id) === want
    if (block === null) {
      want.not.add(source.peerId)
      if (source.hadNot() === 'let-go') this.#letGo(source, 'it does not have what it said to have')
      return this.#unanswered(source, want)
    }
    if (!isBlock(want.id, block)) {
      this.#parts.offence(source.peerId, 'copy: a block that is not what its CID says', WRONG_BLOCK_POINTS)
      this.#letGo(source, 'it gave a wrong block')
      return this.#unanswered(source, want)
    }
    source.gaveOne()
    this.gave.add(source.peerId)
    want.at.delete(source)
    if (isWanted) {
      const waiters = [...want.waiters]
      this.#done(want)
      for (const { resolve } of waiters) resolve(block)
    }
    this.#pump()
  }

  /** It goes to somebody else, before what nobody was asked for yet. */
  #unanswered(source: Source, want: Want): void {
    want.at.delete(source)
    if (want.at.size === 0 && this.#wants.get(want.id) === want && !this.#queue.includes(want)) this.#queue.unshift(want)
    this.#pump()
  }

  #letGo(source: Source, why: string): void {
    this.#parts.log.info({ peer: source.peerId, why }, 'a source of a copy is let go')
    this.#search.rest(source.peerId)
    this.#holders.delete(source.peerId)
    this.#sources.delete(source.peerId)
    source.channel.close(new Error(why))
  }

  #check(): void {
    this.#cancelCheck = null
    const nowMs = this.#parts.clock.monotonicMs()
    for (const source of this.#sources.values()) if (source.isStalled(nowMs)) this.#letGo(source, 'what it owes does not come')
    this.#pump()
  }

  /** What no source has, after all were looked for, cannot be had now. */
  #failHopeless(): void {
    const peers = [...this.#sources.keys()]
    for (const want of this.#queue.filter(({ not }) => peers.every((peerId) => not.has(peerId)))) {
      const waiters = [...want.waiters]
      this.#done(want)
      const why = new LatchError('UNREACHABLE', 'Nobody who has a copy of this site can be reached now.')
      for (const { reject } of waiters) reject(why)
    }
  }

  #took(peerId: PeerId, channel: CopyChannel): void {
    const source = new Source(peerId, channel)
    this.#sources.set(peerId, source)
    this.#holders.add(peerId)
    // Strangers make up devices without end; who has least to do with it is forgotten first.
    for (const holder of this.#holders) if (this.#holders.size > MAX_ASKED && !this.#sources.has(holder)) this.#holders.delete(holder)
    void channel.over.then((why) => {
      if (why instanceof CopyProtocolError) {
        this.#parts.offence(peerId, `copy: ${why.message}`, NONSENSE_POINTS)
        this.#search.rest(peerId)
      } else if (this.gave.has(peerId)) this.#search.hurry()
      // It opened, and went away by itself without having given anything.
      else if (why instanceof StreamCutError) this.#search.rest(peerId)
      if (this.#sources.get(peerId) === source) this.#sources.delete(peerId)
      this.#pump()
    })
    this.#pump()
  }
}
