import type { SiteZones } from '../features/sites/types.ts'
import type { NamesFeature } from '../features/names/types.ts'
import { LatchError } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { NameLabel } from '../../shared/model/ledger.ts'
import { ZoneLabel, type ZoneRecord } from '../../shared/model/names.ts'
import { SiteCid, type SiteName } from '../../shared/model/sites.ts'

/** A zone takes no more of one device. */
const MAX_ADDRESSES = 8

/** A name on the ledger, and what stands before it in its zone; `@` for nothing. */
export interface PlaceInZone {
  readonly name: NameLabel
  readonly label: ZoneLabel
}

export interface SiteZonesParts {
  readonly names: Pick<NamesFeature, 'setZone' | 'subscribe' | 'zone'>
  readonly tld: () => string
  readonly me: PeerId
  /** Where anybody may be told that this device listens. */
  readonly addresses: () => readonly string[]
}

/** The site record of a name in its owner's zone, and beside it this device, which shows the site. */
export function createSiteZones({ names, tld, me, addresses }: SiteZonesParts): SiteZones {
  const placeOf = (site: SiteName): PlaceInZone => {
    const place = placeInZone(site, tld())
    if (place === null) throw new LatchError('BAD_INPUT', `${site} is no name of this network: its names end in .${tld()}.`)
    return place
  }
  return {
    async pointsAt(site) {
      const { name, label } = placeOf(site)
      const zone = await names.zone(name)
      const record = zone?.records.find((one) => one.kind === 'site' && one.label === label)
      if (zone === null || record?.kind !== 'site') return undefined
      return { seq: zone.seq, cid: record.cid === null ? null : SiteCid.parse(record.cid) }
    },
    async point(site, pointed) {
      const { name, label } = placeOf(site)
      const zone = await names.zone(name)
      const kept = (zone?.records ?? []).filter((record) => record.kind !== 'site' || record.label !== label)
      const records: ZoneRecord[] = pointed === null ? kept : [...withDevice(kept, label), { label, kind: 'site', cid: pointed.cid }]
      const set = await names.setZone(name, { records, ...(zone === null ? {} : { ttlMs: zone.ttlMs, after: zone.seq }) })
      if (set.outcome === 'refused') throw new LatchError('BAD_INPUT', set.why)
      return { seq: set.zone.seq }
    },
    onChanged(listener) {
      return names.subscribe(({ event }) => {
        if (event === 'name-changed' || event === 'name-gone' || event === 'network-changed') listener()
      })
    },
  }

  /** Whoever looks the label up asks its devices first, then those of the name: this one is among them. */
  function withDevice(records: readonly ZoneRecord[], label: ZoneLabel): ZoneRecord[] {
    const isNamed = records.some(
      (record) => record.kind === 'peer' && record.peerId === me && (record.label === label || record.label === '@'),
    )
    return isNamed ? [...records] : [...records, { label, kind: 'peer', peerId: me, addresses: addresses().slice(0, MAX_ADDRESSES) }]
  }
}

/** `app.alice.peer` is `app` of `alice`. Null: no name of the network with that top level. */
export function placeInZone(site: SiteName, tld: string): PlaceInZone | null {
  const parts = site.split('.')
  if (parts.pop() !== tld) return null
  const name = NameLabel.safeParse(parts.pop())
  const label = ZoneLabel.safeParse(parts.length === 0 ? '@' : parts.join('.'))
  return name.success && label.success ? { name: name.data, label: label.data } : null
}
