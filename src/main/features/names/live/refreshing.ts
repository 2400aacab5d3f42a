import type { AccountId } from '../../../../shared/ids.ts'
import type { NameLabel } from '../../../../shared/model/ledger.ts'
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { ResourceMap } from '../cache.ts'
import { MAX_WATCHED } from '../cache-limits.ts'
import { inParallel } from '../in-parallel.ts'
import type { NamesPeople } from '../types.ts'
import type { LedgerOf } from './ledger-of.ts'
import { RECONSIDER_EVERY_MS, REFRESH_EVERY_MS, REFRESHES_AT_ONCE } from './limits.ts'

export interface RefreshingParts {
  readonly me: AccountId
  readonly cache: Pick<ResourceMap, 'watch' | 'due' | 'dueInMs'>
  readonly ledger: LedgerOf
  readonly people: Pick<NamesPeople, 'contacts'>
  /** Names that somebody asked to keep. */
  readonly kept: () => Iterable<NameLabel>
  /** Asks for it, whatever is kept. */
  readonly refresh: (name: NameLabel, signal: AbortSignal) => Promise<unknown>
  readonly isAnybodyThere: () => boolean
  readonly clock: Clock
  readonly log: Log
}

/** Names of contacts, and those that are kept, are asked for again before what is kept of them ends. */
export class Refreshing {
  readonly #parts: RefreshingParts
  readonly #stop = new AbortController()
  #names: readonly NameLabel[] = []
  #round: Promise<void> | null = null
  #cancelTimer: Cancel = () => {}
  #cancelReconsider: Cancel | null = null
  /** On the monotonic hand. */
  #reconsideredMs = -Infinity
  /** When the last round began, on the monotonic hand. */
  #begunMs = -Infinity

  constructor(parts: RefreshingParts) {
    this.#parts = parts
  }

  /** Those that are kept fresh, those asked for by name first. */
  get names(): readonly NameLabel[] {
    return this.#names
  }

  /** Contacts, their names, or those to keep changed: looked at now, and then once for all that comes within a second. */
  reconsider(): void {
    const { clock, ledger } = this.#parts
    if (this.#stop.signal.aborted || ledger.behind() !== null) return
    const waitMs = this.#reconsideredMs + RECONSIDER_EVERY_MS - clock.monotonicMs()
    if (waitMs <= 0) return this.#reconsider()
    this.#cancelReconsider ??= clock.after(waitMs, () => this.#reconsider())
  }

  #reconsider(): void {
    const { cache, clock, ledger, people, kept, me } = this.#parts
    this.#cancelReconsider?.()
    this.#cancelReconsider = null
    if (this.#stop.signal.aborted || ledger.behind() !== null) return
    this.#reconsideredMs = clock.monotonicMs()
    const names = new Set([...kept()].filter((name) => ledger.name(name)?.owner !== me))
    for (const contact of people.contacts()) {
      if (names.size >= MAX_WATCHED) break
      for (const { name } of ledger.namesOf(contact)) names.add(name)
    }
    this.#names = [...names].slice(0, MAX_WATCHED)
    cache.watch(this.#names)
    this.noticed()
  }

  /** Somebody connected, or something of what is kept changed: the next look may be due sooner. */
  noticed(): void {
    const { cache, clock, ledger, isAnybodyThere } = this.#parts
    this.#cancelTimer()
    if (this.#stop.signal.aborted || this.#round !== null || ledger.behind() !== null || !isAnybodyThere()) return
    const dueInMs = cache.dueInMs()
    if (dueInMs === null) return
    const pauseMs = this.#begunMs + REFRESH_EVERY_MS - clock.monotonicMs()
    this.#cancelTimer = clock.after(Math.max(0, dueInMs, pauseMs), () => this.#look())
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'))
    this.#cancelTimer()
    this.#cancelReconsider?.()
    await this.#round
  }

  #look(): void {
    const { cache, clock, refresh, log } = this.#parts
    const { signal } = this.#stop
    this.#begunMs = clock.monotonicMs()
    const one = async (name: NameLabel): Promise<void> => {
      await refresh(name, signal).catch((error: unknown) => (signal.aborted ? undefined : log.debug({ error }, 'a name was not refreshed')))
    }
    this.#round = inParallel(cache.due(), REFRESHES_AT_ONCE, one, signal).finally(() => {
      this.#round = null
      this.noticed()
    })
  }
}
