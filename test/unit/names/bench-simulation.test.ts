import { expect, test } from 'vitest'
import { seeded, some } from '../../bench/names/random.ts'
import { DIAL_ROUND_TRIPS, lookUp, ROUND_TRIP_MS } from '../../bench/names/simulation.ts'
import { buildTown, type Citizen, holdersOf, placeAt, sharedBits, type Town } from '../../bench/names/town.ts'
import { distanceOf } from '../../../src/main/features/names/near.ts'
import { ASK_MS, MAX_ASKED } from '../../../src/main/features/names/resolver-limits.ts'

/* The pure parts of the benchmark of names: what its figures of hops rest on. */

const SEED = 20_261

function one(town: Town, at = 0): Citizen {
  const citizen = town.citizens[at]
  if (citizen === undefined) throw new RangeError(`no citizen ${at}`)
  return citizen
}

test('the same seed gives the same numbers, in [0, 1), and another one others', () => {
  const drawn = (seed: number): number[] => Array.from({ length: 1_000 }, seeded(seed))
  expect(drawn(SEED)).toEqual(drawn(SEED))
  expect(drawn(SEED)).not.toEqual(drawn(SEED + 1))
  expect(drawn(SEED).every((number) => number >= 0 && number < 1)).toBe(true)
  expect(drawn(SEED).reduce((sum, number) => sum + number) / 1_000).toBeCloseTo(0.5, 1)
})

test('some of a list are different ones of it, and all where there are no more', () => {
  const items = Array.from({ length: 30 }, (_, at) => at)
  const chosen = some(items, 10, seeded(SEED))
  expect(new Set(chosen).size).toBe(10)
  expect(items).toEqual(expect.arrayContaining(chosen))
  expect(new Set(some([1, 2], 10, seeded(SEED)))).toEqual(new Set([1, 2]))
})

test('places share the bits before the first that differs', () => {
  const place = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, ...Array.from({ length: 32 - bytes.length }, () => 0)])
  expect(sharedBits(place(), place(0x80))).toBe(0)
  expect(sharedBits(place(), place(0x01))).toBe(7)
  expect(sharedBits(place(0xff), place(0xff, 0x40))).toBe(9)
  expect(sharedBits(place(0xff), place(0xff))).toBe(256)
})

test('a routing table has at most twenty of each distance, all of those that are few, and never its own', () => {
  const town = buildTown(400, 0, seeded(SEED))
  const of = one(town)
  const bits = ({ place }: Citizen): number => sharedBits(of.place, place)
  const all = Map.groupBy(town.citizens.filter((each) => each !== of), bits)
  const known = Map.groupBy(of.known, bits)
  for (const [shared, those] of all) expect(known.get(shared)?.length).toBe(Math.min(20, those.length))
  expect(of.known.includes(of)).toBe(false)
  expect([...of.connected].every((each) => of.known.includes(each))).toBe(true)
})

test('those who hold a name are the twenty nearest to it', () => {
  const random = seeded(SEED)
  const town = buildTown(100, 0, random)
  const target = placeAt(random)
  const holders = holdersOf(target, town)
  expect(holders.size).toBe(20)
  const farthest = [...holders].map(({ place }) => distanceOf(target, place)).toSorted((a, b) => Buffer.compare(a, b)).at(-1)
  for (const each of town.citizens) {
    if (!holders.has(each)) expect(Buffer.compare(distanceOf(target, each.place), farthest ?? new Uint8Array())).toBe(1)
  }
})

test('a holder that is connected answers in a round trip, at one hop', () => {
  const random = seeded(SEED)
  const town = buildTown(40, 0, random)
  const asker = one(town)
  const holders = new Set(asker.connected)
  expect(lookUp(town, { asker, target: placeAt(random), holders }, random)).toMatchObject({ found: true, hops: 1, tookMs: ROUND_TRIP_MS })
})

test('who knows one address dials it, and then those that it names', () => {
  const random = seeded(SEED)
  const town = buildTown(40, 0, random)
  const [asker, only, holder] = [one(town), one(town, 1), one(town, 2)]
  const dialled = ROUND_TRIP_MS * (1 + DIAL_ROUND_TRIPS)
  const looked = { asker, only, target: holder.place, holders: new Set([holder]) }
  expect(lookUp(town, looked, random)).toEqual({ found: true, hops: 2, asked: 4, tookMs: 2 * dialled })
  expect(lookUp(town, { ...looked, holders: new Set([only]) }, random)).toEqual({ found: true, hops: 1, asked: 1, tookMs: dialled })
})

test('where nobody has it, it ends and has not found it; of the silent each is waited for', () => {
  const random = seeded(SEED)
  const honest = buildTown(60, 0, random)
  const nobody = { asker: one(honest), target: placeAt(random), holders: new Set<Citizen>() }
  const ended = lookUp(honest, nobody, random)
  expect(ended).toMatchObject({ found: false, hops: 0 })
  expect(ended.asked).toBeLessThanOrEqual(MAX_ASKED)
  const silent: Town = { citizens: honest.citizens.map((each) => ({ ...each, character: 'silent' })), liars: [] }
  expect(lookUp(silent, { ...nobody, asker: one(silent) }, random).tookMs).toBeGreaterThanOrEqual(ASK_MS)
})

test('among a thousand of whom 30 % are silent or lie, almost all is found, in fewer hops than the logarithm', () => {
  const random = seeded(SEED)
  const town = buildTown(1_000, 0.3, random)
  const honest = town.citizens.filter(({ character }) => character === 'honest')
  const looked = Array.from({ length: 60 }, (_, at) => {
    const target = placeAt(random)
    const asker = honest[at]
    if (asker === undefined) throw new RangeError('too few are honest')
    return lookUp(town, { asker, target, holders: holdersOf(target, town) }, random)
  })
  expect(looked.filter(({ found }) => found).length).toBeGreaterThanOrEqual(59)
  expect(Math.max(...looked.map(({ hops }) => hops))).toBeLessThan(Math.log2(1_000))
})
