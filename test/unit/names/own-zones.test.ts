import { afterEach, expect, test } from 'vitest'
import { OwnZones } from '../../../src/main/features/names/own-zones.ts'
import { openZone } from '../../../src/main/features/names/zone.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { ZoneRecord } from '../../../src/shared/model/names.ts'
import { DAY } from '../../../src/shared/units.ts'
import { KEY, stopAll, village, zoneAt } from './village.ts'
import { ada, bob, device, NAME, NETWORK, NOW, RECORDS, sealed } from './zone-parts.ts'

afterEach(stopAll)

async function desk() {
  const made = await village(4)
  const { all, owner, publisher } = made
  const { store, holder } = owner
  const account = { account: ada.account, accountKey: ada.key }
  return { ...made, zones: new OwnZones({ network: NETWORK, ...account, store, holder, publisher, clock: all.clock }) }
}

test('a zone is signed, held by the others and read back', async () => {
  const { zones, all } = await desk()
  expect(await zones.zone(NAME)).toBe(null)
  const set = await zones.set(NAME, { records: RECORDS, ttlMs: 60_000 })
  expect(set).toMatchObject({ outcome: 'signed', zone: { ttlMs: 60_000, seq: NOW }, publication: { held: 4 } })
  expect(await zones.zone(NAME)).toMatchObject({ records: RECORDS, owner: ada.account })
  expect(all.holders().length).toBe(4)
})

test('what is wrong is said of its record, and changes nothing', async () => {
  const { zones, all } = await desk()
  const [first, site] = RECORDS
  if (first === undefined || site === undefined) throw new Error('none')
  expect(await zones.set(NAME, { records: [first, site, site] })).toEqual({
    outcome: 'refused',
    why: 'Record 3: A label has one record of the kind site.',
    record: 2,
  })
  const wrong = { ...first, label: 'WWW' } as ZoneRecord
  expect(await zones.set(NAME, { records: [wrong] })).toMatchObject({ outcome: 'refused', record: 0 })
  expect([await zones.zone(NAME), all.puts]).toEqual([null, []])
})

test('two at once are numbered one after the other, and the second is what all have', async () => {
  const { zones, all } = await desk()
  const [a, b] = await Promise.all([zones.set(NAME, { records: RECORDS }), zones.set(NAME, { records: [] })])
  if (a.outcome === 'refused' || b.outcome === 'refused') throw new Error('refused')
  expect(b.zone.seq).toBe(a.zone.seq + 1)
  expect(all.boxes.get(device(1))?.store.held(KEY)?.zone.seq).toBe(b.zone.seq)
})

test('who edited what is no longer the newest is told so, and changes nothing', async () => {
  const { zones, owner } = await desk()
  const first = await zones.set(NAME, { records: RECORDS })
  if (first.outcome === 'refused') throw new Error(first.why)
  const { seq } = first.zone
  // Another device of the same account.
  const theirs = await zoneAt(NOW + 5)
  await owner.holder.put({ peerId: device(1) } as RemotePeer, { network: owner.holder.id, zone: theirs.bytes })
  await expect(zones.set(NAME, { records: [], after: seq })).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await zones.zone(NAME)).toMatchObject({ seq: NOW + 5 })
  expect(await zones.set(NAME, { records: [], after: NOW + 5 })).toMatchObject({ outcome: 'signed', zone: { seq: NOW + 6 } })
})

test('a name of somebody else is not found, and nothing is said while the ledger is behind', async () => {
  const { zones, all, owner } = await desk()
  all.owner = bob.account
  await expect(zones.set(NAME, { records: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  all.owner = null
  await expect(zones.set(NAME, { records: [] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  all.behind.add(owner.peerId)
  await expect(zones.set(NAME, { records: [] })).rejects.toMatchObject({ code: 'BUSY' })
  expect(all.puts).toEqual([])
})

test('records that only a later version knows are not lost', async () => {
  const { zones, owner } = await desk()
  const { zone } = await zoneAt(NOW)
  const bytes = await sealed({ v: 1, ...zone, records: [...zone.records, { label: '@', kind: 'hologram', depth: 3 }] })
  const opened = await openZone(bytes)
  if (opened.outcome !== 'opened') throw new Error(opened.why)
  owner.store.putOwn(opened.signed)
  expect(await zones.set(NAME, { records: [] })).toMatchObject({ outcome: 'refused', record: null })
  expect(owner.store.own(KEY)?.bytes).toEqual(bytes)
})

test('a number from a clock that was ahead is still followed by a higher one', async () => {
  const { zones, owner } = await desk()
  const ahead = await zoneAt(NOW + DAY)
  owner.store.putOwn(ahead)
  expect(await zones.set(NAME, { records: [] })).toMatchObject({ zone: { seq: ahead.zone.seq + 1, issuedAtMs: NOW }, publication: { held: 4 } })
})
