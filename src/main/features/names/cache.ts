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
  MAX_WATCHED,
  NOTHING_MS,
  REFRESH_AHEAD_MS,
  REFRESH_SHARE,
  RETRY_MS,
  WRITE_AFTER_MS,
} from './cache-limits.ts'
import { CacheStore, type Kept } from './cache-store.ts'
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

interface WatchedName {
  readonly name: NameLabel
  triedMs: number | null
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
  readonly #watched = new Map<ZoneKey, WatchedName>()
  readonly #changed = new Set<ZoneKey>()
  readonly #removed = new Set<ZoneKey>()
  #bytes = 0
  #write: Cancel | null = null

  constructor(
    parts: { readonly database: Database; readonly clock: Clock; readonly network: NetworkId; readonly tld: string },
    bounds: CacheBounds = { zones: MAX_CACHED, bytes: MAX_CACHED_BYTES },
  ) {
    this.#network = parts.network
    this.#tld = parts.tld
    this.#clock = parts.clock
    this.#bounds = bounds
    this.#store = new CacheStore(parts.database)
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
    this.#nothing.delete(key)
    this.#forget(key)
    const hits = order === 'kept' ? 0 : (before?.hits ?? 0)
    const kept: Kept = { signed, keptMs: nowMs, freshUntilMs: this.#until(signed, nowMs), usedMs: nowMs, hits }
    this.#kept.set(key, kept)
    this.#bytes += sizeOf(kept)
    this.#note(key)
    const watched = this.#watched.get(key)
    if (watched !== undefined) watched.triedMs = null
    this.#makeRoom()
    return order
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
    const before = new Map(this.#watched)
    this.#watched.clear()
    for (const name of names) {
      if (this.#watched.size >= MAX_WATCHED) break
      const key = zoneKey(this.#network, name)
      this.#watched.set(key, before.get(key) ?? { name, triedMs: null })
    }
  }

  /** Watched names whose time is almost over, or of which there is nothing; each once a minute until one was put in. */
  due(): NameLabel[] {
    const nowMs = this.#clock.nowMs()
    const monotonicMs = this.#clock.monotonicMs()
    const due: NameLabel[] = []
    for (const [key, watched] of this.#watched) {
      if (watched.triedMs !== null && monotonicMs - watched.triedMs < RETRY_MS) continue
      const kept = this.#kept.get(key)
      const nothing = this.#nothing.get(key)
      if (kept !== undefined && isFresh(kept, nowMs) && nowMs < refreshAt(kept)) continue
      if (kept === undefined && nothing !== undefined && isFresh(nothing, nowMs)) continue
      watched.triedMs = monotonicMs
      due.push(watched.name)
    }
    return due
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

function refreshAt({ keptMs, freshUntilMs }: Kept): number {
  return freshUntilMs - Math.max(REFRESH_AHEAD_MS, (freshUntilMs - keptMs) * REFRESH_SHARE)
}
