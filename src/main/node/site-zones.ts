import type { SiteZones } from '../features/sites/types.ts'
import type { NamesFeature } from '../features/names/types.ts'
import { LatchError } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { NameLabel } from '../../shared/model/ledger.ts'
import { ZoneLabel, type ZoneRecord } from '../../shared/model/names.ts'
import { SiteCid, type SiteName } from '../../shared/model/sites.ts'

/** A zone takes no more of one device. */
const MAX_ADDRESSES = 8
/** Nor may a site have more; the one that said so first has to make room. */
const MAX_SHOWING = 8

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
      const record = siteAt(zone?.records ?? [], label)
      if (zone === null || record === undefined) return undefined
      if (record.devices === undefined) return { seq: zone.seq, cid: cidOf(record), isOfAll: true }
      const mine = record.devices.find(({ peerId }) => peerId === me)
      return mine === undefined ? 'of-others' : { seq: zone.seq, cid: cidOf(mine) }
    },
    async point(site, pointed) {
      const { name, label } = placeOf(site)
      const zone = await names.zone(name)
      const said = zone?.records ?? []
      const kept = said.filter((record) => record.kind !== 'site' || record.label !== label)
      const shown = shownBy(siteAt(said, label), { label, me, pointed })
      const records: ZoneRecord[] = [...(pointed === null ? kept : withDevice(kept, label)), ...(shown === null ? [] : [shown])]
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

type SiteInZone = Extract<ZoneRecord, { kind: 'site' }>

function siteAt(records: readonly ZoneRecord[], label: ZoneLabel): SiteInZone | undefined {
  return records.find((one): one is SiteInZone => one.kind === 'site' && one.label === label)
}

/**
 * The record once this device shows the site (`pointed`) or does not any more: what other devices of the account said of
 * themselves stays, and a copy is named as long as one of them has it. Null: nobody shows it. Pure.
 */
export function shownBy(
  before: SiteInZone | undefined,
  { label, me, pointed }: { readonly label: ZoneLabel; readonly me: PeerId; readonly pointed: { readonly cid: SiteCid | null } | null },
): SiteInZone | null {
  const others = (before?.devices ?? []).filter(({ peerId }) => peerId !== me)
  const devices = pointed === null ? others : [{ peerId: me, cid: pointed.cid }, ...others].slice(0, MAX_SHOWING)
  if (devices.length === 0) return null
  return { label, kind: 'site', cid: devices.find(({ cid }) => cid !== null)?.cid ?? null, devices }
}

function cidOf({ cid }: { readonly cid: string | null }): SiteCid | null {
  return cid === null ? null : SiteCid.parse(cid)
}

/** `app.alice.peer` is `app` of `alice`. Null: no name of the network with that top level. */
export function placeInZone(site: SiteName, tld: string): PlaceInZone | null {
  const parts = site.split('.')
  if (parts.pop() !== tld) return null
  const name = NameLabel.safeParse(parts.pop())
  const label = ZoneLabel.safeParse(parts.length === 0 ? '@' : parts.join('.'))
  return name.success && label.success ? { name: name.data, label: label.data } : null
}

/** Why nothing is published under somebody else's name, and where to publish what stands at a label that they handed on to this account. Pure. */
export function whyNotMine(site: SiteName, { name, label }: PlaceInZone, mine: readonly { readonly name: string; readonly sinceMs: number }[], tld: string): string {
  const refused = `${name}.${tld} is not a name of yours.`
  if (label === '@') return `${refused} Claim it first, and publish under it then.`
  // Look-ups follow the name that the account had first (features/names/resolver-delegate.ts).
  const [first] = mine.toSorted((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1))
  if (first === undefined) return `${refused} If its owner handed ${site} on to you, claim a name of your own: ${site} shows what you publish under that.`
  return `${refused} If its owner handed ${site} on to you, publish under ${first.name}: ${site} shows what stands there.`
}
