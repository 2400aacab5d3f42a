import { GRACE_MAX_MS } from '../../src/main/features/names/resolver-limits.ts'
import { CONFIRMED_BY } from '../../src/main/features/names/resolver-limits.ts'
import { SECOND } from '../../src/shared/units.ts'
import type { Citizen, Told } from './town.ts'

/** A person waits no longer; Kademlia's own way ends by itself within 10 s. */
const LOOKUP_MS = 12 * SECOND

export interface LookedUp {
  /** A zone that its owner signed and that has not expired. */
  readonly found: boolean
  /** It is the newest that the owner handed over. */
  readonly newest: boolean
  /** Devices on the way to the first valid answer, the one that gave it counted; 0 where none did. */
  readonly hops: number
  /** Until the first valid answer; where there was none, until the end. */
  readonly firstMs: number
}

/** One look-up by Kademlia alone, judged as the app judges: the newest of the first three that hold, or of 250 ms. */
export async function lookUp({ dht, keeper }: Pick<Citizen, 'dht' | 'keeper'>, { key, dhtKey, now }: Told): Promise<LookedUp> {
  const startMs = performance.now()
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(LOOKUP_MS)])
  let first: { hops: number; tookMs: number } | null = null
  let [valid, newest] = [0, false]
  for await (const { bytes, hops } of dht.find(dhtKey, signal)) {
    if ((await keeper.judge(key, bytes)).outcome !== 'valid') continue
    valid += 1
    newest ||= Buffer.compare(bytes, now.bytes) === 0
    if (first === null) {
      first = { hops: (hops ?? 0) + 1, tookMs: performance.now() - startMs }
      setTimeout(() => stop.abort(), GRACE_MAX_MS).unref()
    }
    if (valid >= CONFIRMED_BY) break
  }
  stop.abort()
  if (first === null) return { found: false, newest: false, hops: 0, firstMs: performance.now() - startMs }
  return { found: true, newest, hops: first.hops, firstMs: first.tookMs }
}
