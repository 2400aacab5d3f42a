import { expect, test } from 'vitest'
import { verifyChain } from '../../../src/main/features/ledger/verify-chain.ts'
import { certified, checkWeight, keep, LATER_MS } from './chains.ts'
import { person, Town } from './town.ts'

const never = new AbortController().signal

function grown() {
  const town = new Town()
  const kept = keep(town.genesis, town.context)
  for (let height = 1; height <= 6; height++) {
    const who = person(`p${height}`)
    kept.chain.add(certified(town.grow([town.entry(who, town.claim(who, 'some-name'))])), LATER_MS)
  }
  const check = (from: number) => verifyChain(kept.chain, kept.store, checkWeight, from, never)
  return { town, ...kept, check }
}

test('a chain that is whole is found whole, from any height', async () => {
  const { check, town } = grown()
  expect(await check(1)).toEqual({ outcome: 'whole', head: town.parent.id, height: 6, blocks: 6 })
  expect(await check(5)).toEqual({ outcome: 'whole', head: town.parent.id, height: 6, blocks: 2 })
  expect(await check(7)).toEqual({ outcome: 'whole', head: town.parent.id, height: 6, blocks: 0 })
  expect((await check(0)).outcome).toBe('refused')
  expect((await check(9)).outcome).toBe('refused')
})

test.each([
  [
    'entries exchanged',
    'entries = (SELECT entries FROM ledger_blocks WHERE height = 2)',
    'the entries are not those of the header',
  ],
  ['entries that are nonsense', `entries = x'ff'`, 'it cannot be read'],
  ['no signatures', `certificate = x'00'`, 'no weight'],
  ['entries taken out', 'entries = NULL', 'it is missing'],
])('a stored block with %s is found, and its height told', async (_what, change, why) => {
  const { check, database } = grown()
  database.prepare(`UPDATE ledger_blocks SET ${change} WHERE height = 4`).run()
  expect(await check(1)).toEqual({ outcome: 'broken', firstBadHeight: 4, why })
})

test('a ledger whose records were changed is not opened, and says that it is damaged', () => {
  const { town, database } = grown()
  database.prepare(`DELETE FROM ledger_state WHERE key LIKE 'claim %'`).run()
  expect(() => keep(town.genesis, town.context, database)).toThrow(expect.objectContaining({ code: 'DAMAGED' }))
})

test('a chain is checked from its first block, however far back that is', async () => {
  const town = new Town()
  const kept = keep(town.genesis, town.context, undefined, { reorganised: 5, side: 5 })
  for (let height = 1; height <= 40; height++) kept.chain.add(certified(town.grow([])), LATER_MS)
  const check = (from: number) => verifyChain(kept.chain, kept.store, checkWeight, from, never)
  expect(await check(1)).toMatchObject({ outcome: 'whole', height: 40, blocks: 40 })
  expect(await check(36)).toMatchObject({ outcome: 'whole', blocks: 5 })
  expect((await check(20)).outcome).toBe('refused')
})

test('a chain that is left for another while it is checked is not called broken', async () => {
  const { town, chain, store } = grown()
  const other = new Town(town.genesis)
  const checking = verifyChain(chain, store, checkWeight, 1, never)
  chain.add(certified(other.grow([], 60_000), 9), LATER_MS)
  expect(await checking).toEqual({ outcome: 'refused', why: 'the chain was left for another meanwhile' })
})
