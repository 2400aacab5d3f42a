import type { PeerId } from '../../../../shared/ids.ts'
import type { Lookup, ZoneRecord } from '../../../../shared/model/names.ts'
import { SiteCid, type SiteName } from '../../../../shared/model/sites.ts'
import type { FoundSite, OpenErrorFacts } from '../types.ts'
import { shownName } from './handed-on.ts'
import { MAX_DEVICES } from './limits.ts'

export interface FoundContext {
  /** Of this owner, as far as they are known here. */
  readonly devicesOf: (owner: FoundSite['owner']) => readonly PeerId[]
  /** Published on this device under that name, by the account that owns it: it opens also before its zone says so. */
  readonly isHere: (owner: FoundSite['owner']) => boolean
}

/** What a look-up came to, as the site that it leads to, or as why it leads to none. Pure. */
export function foundOf(site: SiteName, lookup: Lookup, { devicesOf, isHere }: FoundContext): FoundSite | OpenErrorFacts {
  const { outcome, ledger, zone } = lookup
  switch (outcome.outcome) {
    case 'nobody':
      return failure('ledger', 'nobody', `${withDot(outcome.why)} Check how the name is written, or ask whoever gave it to you.`)
    case 'catching-up': {
      const left = outcome.blocksLeft === null ? '' : ` (${outcome.blocksLeft} ${outcome.blocksLeft === 1 ? 'block is' : 'blocks are'} left)`
      return failure('ledger', 'catching-up', `The ledger on this device is still catching up${left}, so nobody can say yet whose ${site} is: try again shortly.`)
    }
    case 'refused':
      return ledger === null ? failure('address', 'bad-address', outcome.why) : failure('ledger', 'name-refused', outcome.why)
    case 'no-zone':
      return failure('zone', 'no-zone', `${site} is owned, but its owner has not said yet where it points: ask them to publish their site.`)
    case 'unreachable':
      return failure('zone', 'name-unreachable', `${withDot(outcome.why)} Try again when more of the network, or a device of its owner, is connected.`)
    case 'found':
      break
  }
  const { owner } = outcome
  const record = outcome.records.find((one) => one.kind === 'site')
  if (record === undefined && !isHere(owner)) return failure('zone', 'no-site', whyNoSite(site, outcome.records))
  const { seq, issuedAtMs, expiresAtMs } = zone ?? outcome.zone
  const cid = SiteCid.safeParse(record?.cid)
  const shownAs = record === undefined ? site : shownName(site, outcome.zone.name, record.label)
  return {
    site,
    ...(shownAs === site ? {} : { shownAs }),
    owner,
    zone: { seq, issuedAtMs, expiresAtMs },
    ledger: { height: ledger?.height ?? 0, atMs: ledger?.atMs ?? 0 },
    cid: cid.success ? cid.data : null,
    devices: devicesFrom(
      [...outcome.records, ...outcome.zone.records.filter(({ label }) => label === '@')],
      devicesOf(owner),
      record?.devices?.map(({ peerId }) => peerId) ?? [],
    ),
  }
}

/** Those that show it, those that the records name, in their order, then others of the owner; each once, with all its addresses. */
export function devicesFrom(records: readonly ZoneRecord[], others: readonly PeerId[], showing: readonly PeerId[] = []): FoundSite['devices'] {
  const devices = new Map<PeerId, Set<string>>(showing.map((peerId) => [peerId, new Set()]))
  for (const record of records) {
    if (record.kind !== 'peer') continue
    const addresses = devices.get(record.peerId) ?? new Set()
    for (const address of record.addresses) addresses.add(address)
    devices.set(record.peerId, addresses)
  }
  for (const peerId of others) if (!devices.has(peerId)) devices.set(peerId, new Set())
  return [...devices].slice(0, MAX_DEVICES).map(([peerId, addresses]) => ({ peerId, addresses: [...addresses] }))
}

function whyNoSite(site: SiteName, records: readonly ZoneRecord[]): string {
  const address = records.find((record) => record.kind === 'address')
  const service = records.find((record) => record.kind === 'service')
  if (address !== undefined || service !== undefined) {
    const port = address?.port == null ? '' : `, port ${address.port}`
    const where = address === undefined ? `the service ${service?.service ?? ''}` : `the address ${address.ip}${port}`
    return `${site} points at ${where}, and at no site: Latch opens sites only; another program may open that.`
  }
  if (records.length > 0) return `${site} points somewhere, but at no site: its owner has not published one under this name.`
  return `Its zone says nothing of ${site}: its owner has not published a site under this name.`
}

function failure(step: OpenErrorFacts['step'], code: OpenErrorFacts['code'], why: string): OpenErrorFacts {
  return { step, code, why, knock: null }
}

function withDot(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`
}
