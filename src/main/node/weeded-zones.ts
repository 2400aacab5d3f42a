import type { NamesFeature } from '../features/names/types.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NameLabel } from '../../shared/model/ledger.ts'
import type { ZoneRecord } from '../../shared/model/names.ts'
import { MINUTE, SECOND } from '../../shared/units.ts'
import type { Cancel, Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'

/** All devices of the account notice it: whoever is first publishes, and the others hear of that. */
const SPREAD_MS = 10 * SECOND
/** While the ledger is behind, or another device was faster. */
const AGAIN_MS = MINUTE

export interface WeededZonesParts {
  readonly names: Pick<NamesFeature, 'mine' | 'setZone' | 'subscribe' | 'zone'>
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
  /** Devices that this account gave up; none, where this one is among them: what it signs is for the others to say. */
  readonly revoked: () => readonly PeerId[]
}

export interface WeededZones {
  start(): void
  /** Devices may have been given up. */
  changed(): void
  stop(): void
}

/**
 * Zones of one's own never name a device that was given up for long: also one that came with a backup, or was signed by another
 * device before it heard, is signed anew without it.
 */
export function createWeededZones({ names, clock, log, random, revoked }: WeededZonesParts): WeededZones {
  let cancel: Cancel | null = null
  let isStopped = false
  let unlisten = (): void => {}

  const isDue = (): boolean => {
    const gone = new Set(revoked())
    return gone.size > 0 && names.mine().some(({ zone }) => zone !== null && withoutDevices(zone.records, gone) !== null)
  }
  const lookIn = (ms: number): void => {
    cancel = clock.after(ms, () => {
      look()
        .then((isDone) => {
          cancel = null
          if (isStopped) return
          // One may have come meanwhile.
          if (isDone) changed()
          else lookIn(AGAIN_MS)
        })
        .catch((error: unknown) => log.error({ error }, 'own zones could not be looked at'))
    })
  }
  const changed = (): void => {
    if (cancel === null && isDue()) lookIn(random() * SPREAD_MS)
  }
  return {
    start() {
      unlisten = names.subscribe(({ event }) => {
        if (event === 'name-changed' || event === 'network-changed') changed()
      })
      changed()
    },
    changed,
    stop() {
      isStopped = true
      unlisten()
      cancel?.()
    },
  }

  /** Whether nothing is left to do. */
  async function look(): Promise<boolean> {
    const gone = new Set(revoked())
    let isDone = true
    for (const { name } of names.mine()) if (!(await weed(name, gone))) isDone = false
    return isDone
  }

  async function weed(name: NameLabel, gone: ReadonlySet<PeerId>): Promise<boolean> {
    try {
      const zone = await names.zone(name)
      const records = zone === null ? null : withoutDevices(zone.records, gone)
      if (zone === null || records === null) return true
      const set = await names.setZone(name, { records, ttlMs: zone.ttlMs, after: zone.seq })
      if (set.outcome === 'refused') log.debug({ why: set.why }, 'a zone names a device that was given up, and was not signed anew')
      return set.outcome === 'signed'
    } catch (error) {
      log.debug({ error }, 'a zone names a device that was given up, and cannot be signed now')
      return false
    }
  }
}

/**
 * The records without those devices; null where they name none of them. A site that only they showed stays where there is a
 * copy of it, which anybody may have; it goes where it was live. Pure.
 */
export function withoutDevices(records: readonly ZoneRecord[], gone: ReadonlySet<PeerId>): ZoneRecord[] | null {
  let isChanged = false
  const kept = records.flatMap((record): ZoneRecord[] => {
    if (record.kind === 'peer' && gone.has(record.peerId)) {
      isChanged = true
      return []
    }
    if (record.kind !== 'site' || record.devices?.some(({ peerId }) => gone.has(peerId)) !== true) return [record]
    isChanged = true
    const { devices, ...site } = record
    const left = devices?.filter(({ peerId }) => !gone.has(peerId)) ?? []
    if (left.length > 0) return [{ ...site, cid: left.find(({ cid }) => cid !== null)?.cid ?? null, devices: left }]
    return site.cid === null ? [] : [site]
  })
  return isChanged ? kept : null
}
