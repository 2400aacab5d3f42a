import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { distanceOf, placeOfPeer, placeOfZone, zoneKey } from '../../../src/main/features/names/near.ts'
import type { StampedZone } from '../../../src/main/features/names/zone.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import { DAY } from '../../../src/shared/units.ts'
import { device, NETWORK, NOW, SAID, signed } from './zone-parts.ts'

const me = device(1)
let database: Database
let store: ZoneStore

beforeEach(() => {
  database = openMemoryDatabase()
  store = new ZoneStore(database, me, { zones: 10, bytes: 1_000 })
})

afterEach(() => database.close())

/** Held without a look at its bytes, which are so many. */
function zone(number: number, sizeBytes = 10, over: Partial<StampedZone['zone']> = {}): StampedZone {
  const name = NameLabel.parse(`name-${number}`)
  const network = over.network ?? NETWORK
  return { zone: { ...SAID, name, ...over }, key: zoneKey(network, name), bytes: new Uint8Array(sizeBytes).fill(number) }
}

const farness = ({ key }: StampedZone): Uint8Array => distanceOf(placeOfPeer(me), placeOfZone(key))
const byFarness = (a: StampedZone, b: StampedZone): number => Buffer.compare(farness(a), farness(b))

test('a zone is held as it was put', async () => {
  const one = await signed()
  const { network, name, owner, seq, issuedAtMs, expiresAtMs } = one.zone
  expect(store.hold(one, NOW)).toEqual({ outcome: 'held' })
  expect(store.held(one.key)).toEqual({
    key: one.key, bytes: one.bytes, storedMs: NOW, providedMs: NOW,
    zone: { network, name, owner, seq, issuedAtMs, expiresAtMs },
  })
  expect(store.held(zone(1).key)).toBe(null)
})

test("one's own zone and one held of the same name lie apart", () => {
  const [own, held] = [zone(1, 10, { seq: 5 }), zone(1, 11, { seq: 6 })]
  store.putOwn(own)
  expect([store.own(own.key)?.zone.seq, store.held(own.key)?.zone.seq]).toEqual([5, undefined])
  store.hold(held, NOW)
  expect([store.own(own.key)?.zone.seq, store.held(own.key)?.zone.seq]).toEqual([5, 6])
  store.drop(own.key)
  expect([store.own(own.key)?.zone.seq, store.held(own.key)?.zone.seq]).toEqual([5, undefined])
})

test("one's own are listed by name with what became of publishing them, which is of one zone and no other", () => {
  const other = NetworkId.parse(cidOf(new Uint8Array(1)))
  const [b, a] = [zone(2), zone(1)]
  for (const one of [b, a, zone(3, 10, { network: other })]) store.putOwn(one)
  const publication = { seq: 3, atMs: NOW, held: 4, asked: 6, againMs: NOW + DAY }
  store.published(a.key, publication)
  store.published(b.key, { ...publication, seq: 2 })
  expect(store.ownOnes(NETWORK).map(({ key, publication: of }) => [key, of])).toEqual([[a.key, publication], [b.key, null]])
  store.putOwn(zone(1, 10, { seq: 4 }))
  expect(store.own(a.key)?.publication).toBe(null)
  store.dropNetwork(NETWORK)
  expect([store.ownOnes(NETWORK), store.ownOnes(other).length]).toEqual([[], 1])
})

test('the farthest by XOR makes room, whether it was there or is the new one', () => {
  const zones = Array.from({ length: 30 }, (_, number) => zone(number))
  for (const one of zones) {
    const nearer = zones.slice(0, zones.indexOf(one)).filter((other) => byFarness(other, one) < 0)
    expect(store.hold(one, NOW).outcome).toBe(nearer.length < 10 ? 'held' : 'too-far')
  }
  const kept = zones.filter(({ key }) => store.held(key) !== null)
  expect(kept).toEqual(zones.toSorted(byFarness).slice(0, 10).toSorted((a, b) => zones.indexOf(a) - zones.indexOf(b)))
  expect(store.size()).toEqual({ zones: 10, bytes: 100 })
})

test('bytes are bounded as numbers are, and a zone that grew makes room like a new one', () => {
  const [near, middle, far] = Array.from({ length: 3 }, (_, number) => zone(number, 300)).toSorted(byFarness)
  if (near === undefined || middle === undefined || far === undefined) throw new Error('three')
  for (const one of [near, middle, far]) store.hold(one, NOW)
  expect(store.hold({ ...near, bytes: new Uint8Array(500) }, NOW)).toEqual({ outcome: 'held' })
  expect([near, middle, far].map(({ key }) => store.held(key)?.bytes.byteLength)).toEqual([500, 300, undefined])
  expect(store.size()).toEqual({ zones: 2, bytes: 800 })
  expect(store.hold({ ...middle, bytes: new Uint8Array(600) }, NOW)).toMatchObject({ outcome: 'too-far' })
  expect(store.held(middle.key)).toBe(null)
  expect(store.size()).toEqual({ zones: 1, bytes: 500 })
})

test('what was passed on longest ago is due first, and what has expired is dropped', () => {
  for (const number of [1, 2, 3]) store.hold(zone(number, 10, { expiresAtMs: NOW + number }), NOW + number)
  store.hold(zone(4, 10, { network: NetworkId.parse(cidOf(new Uint8Array(1))) }), NOW)
  const due = (beforeMs: number, limit = 9): number[] => store.due(NETWORK, beforeMs, limit).map(({ bytes }) => bytes[0] ?? 0)
  expect([due(NOW), due(NOW + 2), due(NOW + 9, 1)]).toEqual([[], [1, 2], [1]])
  store.provided(zone(1).key, NOW + 8)
  expect(due(NOW + 9)).toEqual([2, 3, 1])
  expect(store.prune(NOW + 2)).toBe(2)
  expect([due(NOW + 9), store.size()]).toEqual([[3], { zones: 2, bytes: 20 }])
  store.dropNetwork(NETWORK)
  expect(store.size()).toEqual({ zones: 1, bytes: 10 })
})

test('what is counted is what is there, whatever was done, taken back, or found by the next one who opens it', () => {
  const step = fc.record({ what: fc.constantFrom('hold', 'drop', 'prune', 'fail'), number: fc.nat(20), size: fc.integer({ min: 1, max: 400 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const own = openMemoryDatabase()
      const tried = new ZoneStore(own, me, { zones: 10, bytes: 1_000 })
      for (const { what, number, size } of steps) {
        const one = zone(number, size, { expiresAtMs: NOW + number })
        if (what === 'drop') tried.drop(one.key)
        else if (what === 'prune') tried.prune(NOW + number)
        else if (what === 'hold') tried.hold(one, NOW)
        else expect(() => own.transaction(() => (tried.hold(one, NOW), fail()))).toThrow('taken back')
        expect(tried.size()).toEqual(new ZoneStore(own, me).size())
        expect(tried.size().zones).toBeLessThanOrEqual(10)
        expect(tried.size().bytes).toBeLessThanOrEqual(1_000)
      }
      own.close()
    }),
    { numRuns: 100 },
  )
})

function fail(): never {
  throw new Error('taken back')
}
