import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'
import { lookUp } from '../../sim/lookups.ts'
import { LIES } from '../../sim/lying.ts'
import { Town } from '../../sim/town.ts'

const NODES = 30
const SEED = 9
const MOST_HOPS = Math.log2(NODES) + 2

let town: Town
beforeAll(async () => {
  town = new Town({ seed: SEED, lossShare: 0, stretch: 0.1 })
  await town.lay(NODES)
  expect(Math.min(...(await town.tell(3)))).toBeGreaterThanOrEqual(15)
}, 60_000)
afterAll(() => town.close(), 60_000)

test('in a simulated town of thirty every look-up finds the newest, in at most log₂ N + 2 hops, also by a newcomer who knows one', async () => {
  const newcomer = await town.come([town.anyone()])
  await eventually('somebody to ask', () => newcomer.dht.known().length > 0)
  const all = await Promise.all(town.told.flatMap((told) => [lookUp(town.anyone(), told), lookUp(newcomer, told)]))
  expect(all.map(({ found, newest }) => [found, newest])).toEqual(all.map(() => [true, true]))
  for (const { hops } of all) {
    expect(hops).toBeGreaterThanOrEqual(1)
    expect(hops).toBeLessThanOrEqual(MOST_HOPS)
  }
}, 60_000)

test('with three of ten hostile, in each of the ways, look-ups still find what its owner signed', async () => {
  for (const [index, one] of town.living.entries()) one.lying.lie = index % 10 < 3 ? (LIES[index % LIES.length] ?? null) : null
  const honest = town.living.filter(({ lying }) => lying.lie === null)
  const all = await Promise.all(town.told.map((told) => lookUp(town.anyone(honest), told)))
  expect(all.map(({ found }) => found)).toEqual(all.map(() => true))
  for (const one of town.living) one.lying.lie = null
}, 60_000)

test('when a third went without a word, what was told before is found by those who are left', async () => {
  town.vanish(0.3)
  const all = await Promise.all(town.told.map((told) => lookUp(town.anyone(), told)))
  expect(all.map(({ found, newest }) => [found, newest])).toEqual(all.map(() => [true, true]))
}, 60_000)
