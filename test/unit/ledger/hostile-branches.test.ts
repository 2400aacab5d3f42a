import { expect, test } from 'vitest'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import { certified, keep, LATER_MS, split } from './chains.ts'
import { person, SALT, Town } from './town.ts'

const ada = person('ada')

/** A chain, and a branch beside it that is as long, in a database that was opened again. */
function cut(length: number) {
  const town = new Town()
  const first = keep(town.genesis, town.context)
  const other = split(town)
  const ours = Array.from({ length: length + 1 }, () => certified(town.grow([])))
  const theirs = Array.from({ length }, (_, index) =>
    certified(other.grow(index === 0 ? [other.entry(ada, other.claim(ada, 'adele', SALT))] : [])),
  )
  first.chain.batch(() => [...ours, ...theirs].map((block) => first.chain.add(block, LATER_MS)))
  const { chain, store } = keep(town.genesis, town.context, first.database)
  let reads = 0
  const read = store.block.bind(store)
  store.block = (id) => {
    reads++
    return read(id)
  }
  const readsOf = (run: () => unknown): number => {
    const before = reads
    run()
    return reads - before
  }
  return { chain, store, theirs, readsOf }
}

test('blocks that nobody certified, on a branch beside the chain, make nobody judge that branch again and again', () => {
  const { chain, theirs, readsOf } = cut(80)
  // Each follows another block of the branch, so that none of its states is at hand.
  const lies: CertifiedBlock[] = theirs.slice(1).map((block) => ({ ...block, certificate: new Uint8Array([0]), header: { ...block.header, id: `${block.header.id.slice(2)}ff` } }))
  const verdicts: string[] = []
  const reads = readsOf(() => {
    for (const lie of lies.toReversed()) {
      const verdict = chain.add(lie, LATER_MS)
      verdicts.push(verdict.outcome === 'refused' ? verdict.code : verdict.outcome)
    }
  })
  expect(new Set(verdicts)).toEqual(new Set(['certificate']))
  // Once, after a start: who decides is known of each of them then.
  expect(reads).toBeLessThanOrEqual(80)
})
