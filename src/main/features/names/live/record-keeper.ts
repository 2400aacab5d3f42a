import { createHash } from 'node:crypto'
import type { RecordKeeper } from '../../../platform/dht.ts'
import { MAX_ZONE_BYTES } from '../../../protocols/names/index.ts'
import type { Holder } from '../holder.ts'
import { judgeZone, newer } from '../judge.ts'
import type { ZoneKey } from '../near.ts'
import type { StampedZone } from '../zone.ts'
import { MAX_JUDGED } from './limits.ts'
import type { Running } from './running.ts'

export interface KeeperParts {
  /** Of the network that is followed now; null: none is. */
  readonly holder: () => Holder | null
  readonly running: Running
  /** Zones held for others. */
  readonly count: () => number
}

const KEY = /^[0-9a-f]{64}$/

/** Zones as the DHT keeps records: the same store, and the same judgement, as those that are handed over directly. */
export function zoneKeeper({ holder, running, count }: KeeperParts): RecordKeeper {
  /** By the hash of their bytes, the one judged longest ago first: which of several is newer is asked without waiting. */
  const judged = new Map<string, StampedZone>()

  function remember(bytes: Uint8Array, signed: StampedZone): void {
    judged.set(hashOf(bytes), signed)
    const [oldest] = judged.keys()
    if (oldest !== undefined && judged.size > MAX_JUDGED) judged.delete(oldest)
  }

  function here(id: string): { readonly holder: Holder; readonly key: ZoneKey } | string {
    const now = holder()
    if (!KEY.test(id)) return 'This is no key of a zone.'
    return now === null ? 'No network is followed yet.' : { holder: now, key: id }
  }

  return {
    maxBytes: MAX_ZONE_BYTES,
    get(id) {
      const at = here(id)
      return typeof at === 'string' ? null : (at.holder.newestOf(at.key)?.bytes ?? null)
    },
    async put(id, value, from) {
      const at = here(id)
      if (typeof at === 'string') return { outcome: 'refused', why: at }
      return running.add(at.holder.keep(at.key, value, from))
    },
    async judge(id, value) {
      const at = here(id)
      if (typeof at === 'string') return { outcome: 'refused', why: at }
      const verdict = await judgeZone(value, at.holder.facts(), at.key)
      if (verdict.verdict !== 'valid') return { outcome: 'refused', why: verdict.why }
      remember(value, verdict.signed)
      return { outcome: 'valid', why: 'Its owner signed it.' }
    },
    /** One that was not judged here counts as the oldest. */
    select(_id, values) {
      let best: { readonly at: number; readonly zone: StampedZone } | null = null
      for (const [at, value] of values.entries()) {
        const zone = judged.get(hashOf(value))
        if (zone !== undefined && (best === null || newer(zone, best.zone) === 'newer')) best = { at, zone }
      }
      return best?.at ?? 0
    },
    count,
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}
