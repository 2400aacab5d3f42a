import { expect, test } from 'vitest'
import { verifyChain } from '../../../src/main/features/ledger/verify-chain.ts'
import { certified, checkWeight, keep, LATER_MS } from './chains.ts'
import { Town } from './town.ts'

const BLOCKS = 400

function grown() {
  const town = new Town()
  const kept = keep(town.genesis, town.context)
  kept.chain.batch(() => {
    for (let height = 1; height <= BLOCKS; height++) kept.chain.add(certified(town.grow([])), LATER_MS)
  })
  // What was added is kept in memory; what a peer asks for is not.
  return { town, ...keep(town.genesis, town.context, kept.database) }
}

/** Turns of the event loop until the first block is judged, which is when the state before it was found. */
async function turnsUntilJudged(from: number): Promise<number> {
  const { chain, store } = grown()
  let turns = 0
  let first = -1
  const count = (): void => {
    turns++
    if (first === -1) setImmediate(count)
  }
  setImmediate(count)
  const checked = await verifyChain(
    chain,
    store,
    (header, certificate, roster) => {
      if (first === -1) first = turns
      return checkWeight(header, certificate, roster)
    },
    from,
    new AbortController().signal,
  )
  expect(checked).toMatchObject({ outcome: 'whole', height: BLOCKS, blocks: BLOCKS - from + 1 })
  return first
}

test('who asks for a check from far back keeps nobody else waiting while that state is looked for', async () => {
  expect(await turnsUntilJudged(2)).toBeGreaterThanOrEqual(20)
})


test('a check that is given up while its beginning is looked for ends', async () => {
  const { chain, store } = grown()
  const giving = new AbortController()
  const why = new Error('gone')
  setImmediate(() => giving.abort(why))
  await expect(verifyChain(chain, store, checkWeight, 2, giving.signal)).rejects.toBe(why)
})
