import { expect, test } from 'vitest'
import { openChain } from '../../../src/main/features/ledger/repair.ts'
import { ChainStore } from '../../../src/main/features/ledger/store.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { certified, checkWeight, keep, LATER_MS } from './chains.ts'
import { person, Town } from './town.ts'

function grown() {
  const town = new Town()
  const kept = keep(town.genesis, town.context)
  const blocks = Array.from({ length: 6 }, (_, index) => {
    const who = person(`p${index}`)
    return certified(town.grow([town.entry(who, town.claim(who, `name-${index}`))]))
  })
  for (const block of blocks) kept.chain.add(block, LATER_MS)
  const reopened = () => openChain(new ChainStore(kept.database, town.genesis), town.context, checkWeight, silentLog)
  return { town, blocks, ...kept, reopened }
}

test('records that were lost are worked out anew from the blocks', () => {
  const { town, database, reopened } = grown()
  database.prepare(`DELETE FROM ledger_state WHERE key LIKE 'claim %'`).run()
  const chain = reopened()
  expect([chain.head.id, chain.state.root]).toEqual([town.parent.id, town.state.root])
  expect(reopened().head.id).toBe(town.parent.id)
})

test('records that are nonsense likewise', () => {
  const { town, database, reopened } = grown()
  database.prepare(`UPDATE ledger_state SET record = x'ff' WHERE key = 'chain'`).run()
  expect(reopened().state.root).toBe(town.state.root)
})

test('with a block that does not hold either, the chain ends before it, and goes on from there', () => {
  const { database, blocks, reopened } = grown()
  database.prepare(`DELETE FROM ledger_state WHERE key LIKE 'claim %'`).run()
  database.prepare(`UPDATE ledger_blocks SET entries = x'ff' WHERE height = 4`).run()
  const chain = reopened()
  expect(chain.head.height).toBe(3)
  for (const block of blocks.slice(3)) expect(chain.add(block, LATER_MS).outcome).toBe('added')
  expect(chain.head.id).toBe(blocks[5]?.header.id)
})

test('a chain that began with a snapshot begins at the genesis again', () => {
  const { town, database, store, blocks, reopened } = grown()
  const [last] = blocks.slice(-1)
  if (last === undefined) throw new Error('a block')
  store.replace(last.header, last.certificate, 6, town.state)
  expect(reopened().head.height).toBe(6)
  database.prepare(`DELETE FROM ledger_state WHERE key LIKE 'claim %'`).run()
  const chain = reopened()
  expect([chain.head.height, chain.base]).toEqual([0, 0])
  for (const block of blocks) expect(chain.add(block, LATER_MS).outcome).toBe('added')
})
