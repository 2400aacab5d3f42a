import type { AccountId } from '../../../shared/ids.ts'
import type { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import type { CacheLine } from '../../../shared/model/names.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import {
  CLOCK_SET_BACK_MS,
  LINE_BYTES,
  MAX_CACHED,
  MAX_CACHED_BYTES,
  MAX_NOTHING,
  NOTHING_MS,
  WRITE_AFTER_MS,
} from './cache-limits.ts'
import { CacheStore, type Kept } from './cache-store.ts'
import { type FreshFor, WatchedNames } from './cache-watched.ts'
import { newer } from './judge.ts'
import { zoneKey, type ZoneKey } from './near.ts'
import type { SignedZone } from './zone.ts'

export type Cached =
  /** To be used at once, if it still holds: owners, terms and clocks move on. */
  | { readonly state: 'fresh' | 'stale'; readonly signed: SignedZone; readonly freshUntilMs: number }
  /** Asked for shortly before, and nobody had it. */
  | { readonly state: 'nothing'; readonly freshUntilMs: number }

export interface CacheBounds {
  readonly zones: number
  readonly bytes: number
}

interface Nothing {
  readonly name: NameLabel
  readonly keptMs: number
  readonly freshUntilMs: number
  hits: number
}

/**
 * The resource map of one network: the newest zone that this device heard of each name, and for how long it counts
 * without asking. Judges nothing: what is put in was judged, and is judged again by whoever takes it out.
 */
export class ResourceMap {
  readonly #network: NetworkId
  readonly #tld: string
  readonly #store: CacheStore
  readonly #clock: Clock
  readonly #bounds: CacheBounds
  /** In the order of their last use: the first one goes first. */
  readonly #kept = new Map<ZoneKey, Kept>()
  readonly #nothing = new Map<ZoneKey, Nothing>()
  readonly #watched: WatchedNames
  readonly #changed = new Set<ZoneKey>()
  readonly #removed = new Set<ZoneKey>()
  #bytes = 0
  #write: Cancel | null = null
  #isClosed = false
  readonly #onNewer: (signed: SignedZone) => void

  /** `onNewer`: another zone came of a name of which one was kept, or was asked for in vain, or that is watched. */
  constructor(
    parts: {
      readonly database: Database
      readonly clock: Clock
      readonly network: NetworkId
      readonly tld: string
      readonly onNewer?: (signed: SignedZone) => void
    },
    bounds: CacheBounds = { zones: MAX_CACHED, bytes: MAX_CACHED_BYTES },
  ) {
    this.#network = parts.network
    this.#tld = parts.tld
    this.#clock = parts.clock
    this.#onNewer = parts.onNewer ?? (() => {})
    this.#bounds = bounds
    this.#store = new CacheStore(parts.database)
    this.#watched = new WatchedNames(parts.clock, (key) => this.#freshFor(key))
    for (const one of this.#store.load(parts.network, parts.clock.nowMs())) {
      this.#kept.set(one.signed.key, one)
      this.#bytes += sizeOf(one)
    }
    this.#makeRoom()
  }

  /** A few microseconds: nothing is read from the disk, and no signature is checked. Counts as a hit where it is of use. */
  get(key: ZoneKey): Cached | null {
    const nowMs = this.#clock.nowMs()
    const kept = this.#kept.get(key)
    if (kept !== undefined) return this.#use(kept, nowMs)
    const nothing = this.#nothing.get(key)
    if (nothing === undefined) return null
    if (isFresh(nothing, nowMs)) {
      nothing.hits += 1
      return { state: 'nothing', freshUntilMs: nothing.freshUntilMs }
    }
    this.#nothing.delete(key)
    return null
  }

  /** `same`: it was heard again, and is fresh from now on. `older`: what is kept is newer. `expired`: not kept. */
  put(signed: SignedZone): 'kept' | 'newer' | 'same' | 'older' | 'expired' {
    const nowMs = this.#clock.nowMs()
    const { key, zone } = signed
    if (zone.expiresAtMs <= nowMs) return 'expired'
    const before = this.#kept.get(key)
    // A former owner's zone with a high number keeps nobody out.
    const order = before === undefined || before.signed.zone.owner !== zone.owner ? 'kept' : newer(signed, before.signed)
    if (order === 'older') return order
    const isAwaited = this.cares(zone.name)
    this.#nothing.delete(key)
    this.#forget(key)
    const hits = order === 'kept' ? 0 : (before?.hits ?? 0)
    const kept: Kept = { signed, keptMs: nowMs, freshUntilMs: this.#until(signed, nowMs), usedMs: nowMs, hits }
    this.#kept.set(key, kept)
    this.#bytes += sizeOf(kept)
    this.#note(key)
    this.#watched.came(key)
    this.#makeRoom()
    if (isAwaited && order !== 'same') this.#onNewer(signed)
    return order
  }

  /** Whether news of it is of use here: it is kept, watched, or was asked for in vain. */
  cares(name: NameLabel): boolean {
    const key = zoneKey(this.#network, name)
    return this.#kept.has(key) || this.#watched.has(key) || this.#nothing.has(key)
  }

  /** Whose each of those that are kept was when its zone came. */
  owners(): { readonly name: NameLabel; readonly owner: AccountId }[] {
    return [...this.#kept.values()].map(({ signed: { zone } }) => ({ name: zone.name, owner: zone.owner }))
  }

  /** Nobody has a zone of it, for a while. */
  putNothing(name: NameLabel): void {
    const nowMs = this.#clock.nowMs()
    const key = zoneKey(this.#network, name)
    this.#forget(key)
    this.#nothing.delete(key)
    this.#nothing.set(key, { name, keptMs: nowMs, freshUntilMs: nowMs + NOTHING_MS, hits: 0 })
    const [oldest] = this.#nothing.keys()
    if (oldest !== undefined && this.#nothing.size > MAX_NOTHING) this.#nothing.delete(oldest)
  }

  /** Its owner changed, or it does not hold any more. */
  drop(name: NameLabel): void {
    const key = zoneKey(this.#network, name)
    this.#forget(key)
    this.#nothing.delete(key)
  }

  clear(): void {
    this.#kept.clear()
    this.#nothing.clear()
    this.#changed.clear()
    this.#removed.clear()
    this.#bytes = 0
    this.#store.clear(this.#network)
  }

  /** What is in it, the one used last first. */
  lines(): CacheLine[] {
    const nowMs = this.#clock.nowMs()
    const zones = [...this.#kept.values()].map((kept): CacheLine => {
      const { zone, key } = kept.signed
      return {
        fullName: `${zone.name}.${this.#tld}`,
        state: isFresh(kept, nowMs) ? 'fresh' : 'stale',
        seq: zone.seq,
        owner: zone.owner,
        bytes: sizeOf(kept),
        keptMs: Math.round(kept.keptMs),
        freshUntilMs: Math.round(kept.freshUntilMs),
        hits: kept.hits,
        watched: this.#watched.has(key),
      }
    })
    const nothing = [...this.#nothing].filter(([, one]) => isFresh(one, nowMs)).map(([key, one]): CacheLine => ({
      fullName: `${one.name}.${this.#tld}`,
      state: 'nothing',
      seq: null,
      owner: null,
      bytes: LINE_BYTES,
      keptMs: Math.round(one.keptMs),
      freshUntilMs: Math.round(one.freshUntilMs),
      hits: one.hits,
      watched: this.#watched.has(key),
    }))
    return [...zones.toReversed(), ...nothing.toReversed()]
  }

  /** From now on these, and no others, are to be asked for before they go. They are the last to make room. */
  watch(names: Iterable<NameLabel>): void {
    this.#watched.set(names, (name) => zoneKey(this.#network, name))
  }

  /** Watched names whose time is almost over, or of which there is nothing; each once a minute until one was put in. */
  due(): NameLabel[] {
    return this.#watched.due()
  }

  /** How long until `due` has something, if nothing is put in meanwhile; null: nothing is watched. */
  dueInMs(): number | null {
    return this.#watched.dueInMs()
  }

  /** What is not written yet goes to the disk. */
  flush(): void {
    this.#write?.()
    this.#write = null
    if (this.#changed.size + this.#removed.size === 0) return
    const changed = [...this.#changed].flatMap((key) => this.#kept.get(key) ?? [])
    this.#store.write(changed, this.#removed)
    this.#changed.clear()
    this.#removed.clear()
  }

  /** The same, and nothing is written from now on: an answer may still come. */
  close(): void {
    this.flush()
    this.#isClosed = true
  }

  #freshFor(key: ZoneKey): ReturnType<FreshFor> {
    const nowMs = this.#clock.nowMs()
    const kept = this.#kept.get(key)
    if (kept !== undefined) return isFresh(kept, nowMs) ? { from: 'zone', ...kept } : null
    const nothing = this.#nothing.get(key)
    return nothing !== undefined && isFresh(nothing, nowMs) ? { from: 'nothing', ...nothing } : null
  }

  #use(kept: Kept, nowMs: number): Cached | null {
    const { signed } = kept
    if (signed.zone.expiresAtMs <= nowMs) {
      this.#forget(signed.key)
      return null
    }
    kept.usedMs = nowMs
    kept.hits += 1
    this.#kept.delete(signed.key)
    this.#kept.set(signed.key, kept)
    // Written when something else is: a look-up is not worth waiting for the disk.
    this.#changed.add(signed.key)
    return { state: isFresh(kept, nowMs) ? 'fresh' : 'stale', signed, freshUntilMs: kept.freshUntilMs }
  }

  #until({ zone }: SignedZone, nowMs: number): number {
    return Math.min(nowMs + zone.ttlMs, zone.expiresAtMs)
  }

  #makeRoom(): void {
    while (this.#kept.size > this.#bounds.zones || this.#bytes > this.#bounds.bytes) {
      const key = this.#firstToGo()
      if (key === undefined) return
      this.#forget(key)
    }
  }

  #firstToGo(): ZoneKey | undefined {
    for (const key of this.#kept.keys()) if (!this.#watched.has(key)) return key
    return this.#kept.keys().next().value
  }

  #forget(key: ZoneKey): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    this.#bytes -= sizeOf(kept)
    this.#changed.delete(key)
    this.#removed.add(key)
    this.#soon()
  }

  #note(key: ZoneKey): void {
    this.#removed.delete(key)
    this.#changed.add(key)
    this.#soon()
  }

  #soon(): void {
    if (this.#isClosed) return
    this.#write ??= this.#clock.after(WRITE_AFTER_MS, () => {
      this.#write = null
      this.flush()
    })
  }
}

function sizeOf({ signed }: Kept): number {
  return signed.bytes.byteLength + LINE_BYTES
}

function isFresh({ keptMs, freshUntilMs }: { keptMs: number; freshUntilMs: number }, nowMs: number): boolean {
  return nowMs < freshUntilMs && nowMs >= keptMs - CLOCK_SET_BACK_MS
}
