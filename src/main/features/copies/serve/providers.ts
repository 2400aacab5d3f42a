import type { PeerId } from '../../../../shared/ids.ts'
import { SECOND } from '../../../../shared/units.ts'
import type { Clock } from '../../../platform/clock.ts'
import { MAX_WHO, type BlockId } from '../../../protocols/copy/index.ts'
import {
  MAX_PROVIDED,
  MAX_PROVIDED_OF_PEER,
  MAX_PROVIDERS_OF_ROOT,
  MAX_QUESTIONERS,
  PROVIDED_MS,
  QUESTIONS_BURST,
  QUESTIONS_PER_SECOND,
} from '../limits.ts'

/**
 * Who said to have which trees: in memory, bounded, for a day. Only the device that says it is named, so nobody can send
 * others anywhere but to themselves; whether it is true, whoever asks there finds out. Where there is no room, the oldest
 * of whoever said the most makes some: so a few who say to have everything push out themselves.
 */
export class Providers {
  readonly #clock: Clock
  /** By root, the device that said so the longest ago first. */
  readonly #byRoot = new Map<BlockId, Map<PeerId, number>>()
  /** By device, what it said the longest ago first. */
  readonly #byPeer = new Map<PeerId, Set<BlockId>>()
  readonly #questions = new Map<PeerId, { tokens: number; ms: number }>()
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get count(): number {
    return this.#count
  }

  told(peerId: PeerId, root: BlockId): 'told' | 'busy' {
    if (!this.#mayAsk(peerId)) return 'busy'
    this.#remove(root, peerId)
    this.#prune(root)
    if (this.#saidBy(peerId) >= MAX_PROVIDED_OF_PEER) this.#removeOldestOf(peerId)
    if (this.#count >= MAX_PROVIDED) this.#makeRoom()
    const peers = this.#byRoot.get(root) ?? new Map<PeerId, number>()
    const [oldest] = peers.keys()
    if (peers.size >= MAX_PROVIDERS_OF_ROOT && oldest !== undefined) this.#remove(root, oldest)
    this.#byRoot.set(root, peers.set(peerId, this.#clock.monotonicMs()))
    const roots = this.#byPeer.get(peerId) ?? new Set()
    this.#byPeer.set(peerId, roots.add(root))
    this.#count += 1
    return 'told'
  }

  /** The latest first; never who asks. */
  who(asker: PeerId, root: BlockId): readonly PeerId[] | 'busy' {
    if (!this.#mayAsk(asker)) return 'busy'
    this.#prune(root)
    const peers = [...(this.#byRoot.get(root)?.keys() ?? [])].toReversed()
    return peers.filter((peerId) => peerId !== asker).slice(0, MAX_WHO)
  }

  #prune(root: BlockId): void {
    const before = this.#clock.monotonicMs() - PROVIDED_MS
    for (const [peerId, ms] of this.#byRoot.get(root) ?? []) if (ms <= before) this.#remove(root, peerId)
  }

  #makeRoom(): void {
    let most: PeerId | null = null
    for (const [peerId, roots] of this.#byPeer) if (most === null || roots.size > this.#saidBy(most)) most = peerId
    if (most !== null) this.#removeOldestOf(most)
  }

  #saidBy(peerId: PeerId): number {
    return this.#byPeer.get(peerId)?.size ?? 0
  }

  #removeOldestOf(peerId: PeerId): void {
    const [root] = this.#byPeer.get(peerId) ?? []
    if (root !== undefined) this.#remove(root, peerId)
  }

  #remove(root: BlockId, peerId: PeerId): void {
    const peers = this.#byRoot.get(root)
    if (peers?.delete(peerId) !== true) return
    if (peers.size === 0) this.#byRoot.delete(root)
    const roots = this.#byPeer.get(peerId)
    roots?.delete(root)
    if (roots?.size === 0) this.#byPeer.delete(peerId)
    this.#count -= 1
  }

  #mayAsk(peerId: PeerId): boolean {
    const nowMs = this.#clock.monotonicMs()
    const before = this.#questions.get(peerId) ?? { tokens: QUESTIONS_BURST, ms: nowMs }
    const tokens = Math.min(QUESTIONS_BURST, before.tokens + ((nowMs - before.ms) / SECOND) * QUESTIONS_PER_SECOND)
    this.#questions.delete(peerId)
    const [oldest] = this.#questions.keys()
    if (this.#questions.size >= MAX_QUESTIONERS && oldest !== undefined) this.#questions.delete(oldest)
    this.#questions.set(peerId, { tokens: Math.max(0, tokens - 1), ms: nowMs })
    return tokens >= 1
  }
}
