import type { PeerId } from '../../../../shared/ids.ts'
import type { Head } from '../types.ts'
import type { Fault } from './faults.ts'
import { MAX_GREETINGS, MAX_PEERS, POOL_EVERY_MS, type SyncLimits } from './limits.ts'
import { isNews, type Known, putAside, type Standing } from './peers.ts'

/** Who of those connected is of this network, and who is not asked any more. */
export class Roll {
  readonly #limits: SyncLimits
  readonly #peers = new Map<PeerId, Known>()
  /**
   * `foreign`: of another network, without the protocol, or behind a door that says no; it may say otherwise by itself.
   * `left`: it lied. Until they connect again.
   */
  readonly #out = new Map<PeerId, 'foreign' | 'left'>()
  /** Greeted, and not heard yet; how often. Where a connection went meanwhile, asking again would dial. */
  readonly #silent = new Map<PeerId, number>()
  /** Who went away and had failed before: who comes again at once is who they were. */
  readonly #failed = new Map<PeerId, Pick<Known, 'strikes' | 'asideUntilMs'>>()

  constructor(limits: SyncLimits) {
    this.#limits = limits
  }

  all(): Known[] {
    return [...this.#peers.values()]
  }

  get(peerId: PeerId): Known | undefined {
    return this.#peers.get(peerId)
  }

  isOut(peerId: PeerId): boolean {
    return this.#out.has(peerId)
  }

  /** `notBeforeMs`: when to look into it, where it is another than before. */
  heard(peerId: PeerId, head: Head, { place }: Standing, notBeforeMs: number): void {
    if (this.#out.get(peerId) === 'left') return
    this.#out.delete(peerId)
    this.#silent.delete(peerId)
    const known = this.#peers.get(peerId)
    if (known !== undefined) {
      // It came over to our chain: what it took back waits in its pool.
      if (place(known.head.id).at !== 'chain' && place(head.id).at === 'chain') known.pooledAtMs = null
      if (known.head.id !== head.id) known.notBeforeMs = notBeforeMs
      known.head = head
    } else if (this.#peers.size < MAX_PEERS) {
      const before = this.#failed.get(peerId) ?? { strikes: 0, asideUntilMs: 0 }
      this.#peers.set(peerId, { peerId, head, settled: null, ...before, notBeforeMs, pooledAtMs: null })
    }
  }

  gone(peerId: PeerId): void {
    const { strikes = 0, asideUntilMs = 0 } = this.#peers.get(peerId) ?? {}
    if (strikes > 0) this.#failed.set(peerId, { strikes, asideUntilMs })
    else if (this.#peers.has(peerId)) this.#failed.delete(peerId)
    const [oldest] = this.#failed.keys()
    if (this.#failed.size > MAX_PEERS && oldest !== undefined) this.#failed.delete(oldest)
    this.#peers.delete(peerId)
    this.#out.delete(peerId)
    this.#silent.delete(peerId)
  }

  failed(peerId: PeerId, { fault }: Fault, nowMs: number): void {
    if (fault === 'lied' || fault === 'foreign') {
      this.#peers.delete(peerId)
      this.#silent.delete(peerId)
      this.#out.set(peerId, fault === 'lied' ? 'left' : 'foreign')
      return
    }
    const known = this.#peers.get(peerId)
    const greetings = (this.#silent.get(peerId) ?? 0) + 1
    if (known === undefined && greetings >= MAX_GREETINGS) this.#silent.delete(peerId)
    else if (known === undefined) this.#silent.set(peerId, greetings)
    else putAside(known, nowMs, fault === 'busy' ? this.#limits.busyMs : this.#limits.asideMs)
  }

  /** Whom to ask for their head, from time to time. */
  toGreet(): PeerId[] {
    return [...this.#peers.keys(), ...this.#silent.keys()]
  }

  /** Who can be asked now, the highest claim first. */
  able(nowMs: number): Known[] {
    return this.all()
      .filter(({ asideUntilMs }) => asideUntilMs <= nowMs)
      .toSorted((a, b) => b.head.weight - a.head.weight)
  }

  /** Of our chain, and with a pool that was not looked into of late. */
  nextPool(nowMs: number, { place }: Standing): Known | undefined {
    return this.able(nowMs).find(
      ({ head, pooledAtMs }) =>
        (pooledAtMs === null || nowMs - pooledAtMs >= POOL_EVERY_MS) && place(head.id).at === 'chain',
    )
  }

  /** Whether somebody was heard who shows nothing that would have to be looked into. */
  isLevelWithSomebody(standing: Standing): boolean {
    return this.all().some(({ head, settled }) => settled !== null || !isNews(head, standing))
  }
}
