import type { NetworkId } from '../../../../shared/model/ledger.ts'
import { type Cancel, type Clock, deadline } from '../../../platform/clock.ts'
import type { Dht } from '../../../platform/dht.ts'
import type { Log } from '../../../platform/log.ts'
import { dhtKeyOf, type ZoneKey } from '../near.ts'
import type { ZoneStore } from '../zone-store.ts'
import type { Around } from './around.ts'
import { MAX_MET_OF_WALK, WALK_AFTER_CHANGE_MS, WALK_EVERY_MS, WALK_MS } from './limits.ts'

export interface MeetingParts {
  readonly network: NetworkId
  readonly dht: Pick<Dht, 'closest' | 'onChanged'>
  readonly store: Pick<ZoneStore, 'ownOnes'>
  readonly around: Pick<Around, 'meet'>
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
  /** Somebody was met who was not known before: zones are told to them too. */
  readonly met: () => void
}

/**
 * Meets those who lie nearest to one's own names, in a network of which this device knows a part: a walk of the DHT for
 * each, one after another, beside the telling and never before it.
 */
export class Meeting {
  readonly #parts: MeetingParts
  readonly #stop = new AbortController()
  readonly #waiting = new Set<ZoneKey>()
  #walking: Promise<void> | null = null
  #cancelTimer: Cancel = () => {}
  #unlisten = (): void => {}
  #walkedMs = -Infinity
  #dueMs = Infinity

  constructor(parts: MeetingParts) {
    this.#parts = parts
  }

  start(): void {
    this.#unlisten = this.#parts.dht.onChanged(() => this.#allAgainIn(this.#walkedMs + WALK_AFTER_CHANGE_MS))
    this.#allAgainIn(-Infinity)
  }

  /** A zone is told now. */
  walk(key: ZoneKey): void {
    if (this.#stop.signal.aborted) return
    this.#waiting.add(key)
    this.#walking ??= this.#walkAll().finally(() => (this.#walking = null))
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'))
    this.#unlisten()
    this.#cancelTimer()
    await this.#walking
  }

  /** All own ones, at a time on the monotonic hand, unless they are due before. */
  #allAgainIn(atMs: number): void {
    const { clock, store, network, random } = this.#parts
    const nowMs = clock.monotonicMs()
    const dueMs = Math.max(nowMs, atMs)
    if (this.#stop.signal.aborted || dueMs >= this.#dueMs) return
    this.#cancelTimer()
    this.#dueMs = dueMs
    this.#cancelTimer = clock.after(dueMs - nowMs, () => {
      this.#dueMs = Infinity
      this.#walkedMs = clock.monotonicMs()
      for (const { key } of store.ownOnes(network)) this.walk(key)
      this.#allAgainIn(this.#walkedMs + WALK_EVERY_MS * (1 - 0.1 * random()))
    })
  }

  async #walkAll(): Promise<void> {
    for (const key of this.#waiting) {
      if (this.#stop.signal.aborted) return
      await this.#walk(key)
      this.#waiting.delete(key)
    }
  }

  async #walk(key: ZoneKey): Promise<void> {
    const { dht, around, clock, log, met } = this.#parts
    const limit = deadline(clock, WALK_MS, 'a walk', this.#stop.signal)
    let count = 0
    let isNew = false
    try {
      const over = new Promise<'over'>((resolve) => limit.signal.addEventListener('abort', () => resolve('over'), { once: true }))
      const walk = dht.closest(dhtKeyOf(key), limit.signal)[Symbol.asyncIterator]()
      while (count < MAX_MET_OF_WALK) {
        // It may be late to heed the signal.
        const next = await Promise.race([walk.next(), over])
        if (next === 'over' || next.done === true) break
        count += 1
        isNew = around.meet(next.value.peerId, next.value.addresses) || isNew
      }
      void walk.return?.().catch(() => {})
    } catch (error) {
      if (!limit.signal.aborted) log.debug({ error }, 'a walk to those near a name failed')
    } finally {
      limit.release()
    }
    if (isNew && !this.#stop.signal.aborted) met()
  }
}
