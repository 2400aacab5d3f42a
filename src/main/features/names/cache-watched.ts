import type { NameLabel } from '../../../shared/model/ledger.ts'
import type { Clock } from '../../platform/clock.ts'
import { MAX_WATCHED, REFRESH_AHEAD_MS, REFRESH_SHARE, RETRY_MS } from './cache-limits.ts'
import type { ZoneKey } from './near.ts'

interface WatchedName {
  readonly name: NameLabel
  /** When it was asked for last, on the monotonic hand; null: not since something came. */
  triedMs: number | null
}

/** Until when what is kept of a name counts without asking, on the wall clock; null: nothing is, or not any more. */
export type FreshFor = (key: ZoneKey) => { readonly from: 'zone' | 'nothing'; readonly keptMs: number; readonly freshUntilMs: number } | null

/** Names that are asked for before what is kept of them goes, and when. */
export class WatchedNames {
  readonly #clock: Clock
  readonly #freshFor: FreshFor
  readonly #names = new Map<ZoneKey, WatchedName>()

  constructor(clock: Clock, freshFor: FreshFor) {
    this.#clock = clock
    this.#freshFor = freshFor
  }

  has(key: ZoneKey): boolean {
    return this.#names.has(key)
  }

  /** From now on these, and no others. */
  set(names: Iterable<NameLabel>, keyOf: (name: NameLabel) => ZoneKey): void {
    const before = new Map(this.#names)
    this.#names.clear()
    for (const name of names) {
      if (this.#names.size >= MAX_WATCHED) break
      const key = keyOf(name)
      this.#names.set(key, before.get(key) ?? { name, triedMs: null })
    }
  }

  /** Something came, so that the next try need not wait for the last one. */
  came(key: ZoneKey): void {
    const watched = this.#names.get(key)
    if (watched !== undefined) watched.triedMs = null
  }

  /** Those that are to be asked for now, each once a minute until something came. */
  due(): NameLabel[] {
    const due = [...this.#names].filter(([key, watched]) => this.#waitMs(key, watched) <= 0).map(([, watched]) => watched)
    for (const watched of due) watched.triedMs = this.#clock.monotonicMs()
    return due.map(({ name }) => name)
  }

  /** How long until `due` has something, if nothing comes meanwhile; null: nothing is watched. */
  dueInMs(): number | null {
    const waits = Array.from(this.#names, ([key, watched]) => this.#waitMs(key, watched))
    return waits.length === 0 ? null : Math.max(0, Math.min(...waits))
  }

  #waitMs(key: ZoneKey, { triedMs }: WatchedName): number {
    const pauseMs = triedMs === null ? 0 : triedMs + RETRY_MS - this.#clock.monotonicMs()
    const fresh = this.#freshFor(key)
    if (fresh === null) return Math.max(0, pauseMs)
    const { from, keptMs, freshUntilMs } = fresh
    const aheadMs = from === 'nothing' ? 0 : Math.max(REFRESH_AHEAD_MS, (freshUntilMs - keptMs) * REFRESH_SHARE)
    return Math.max(pauseMs, freshUntilMs - aheadMs - this.#clock.nowMs())
  }
}
