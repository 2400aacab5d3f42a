import { expect, test } from 'vitest'
import { NameLabel } from '../../../../src/shared/model/ledger.ts'
import { accountOf } from '../../../gallery/ids.ts'
import { addOlder, applyLedgerEvent, resetLedger, unknownLedger, waiting, type LedgerState } from '../../../../src/renderer/features/ledger/state.ts'
import { block, blockIdOf, chain, entry, evidence, fork, inBlock, nothing, ownStatus, quick } from '../../../gallery/ledger-parts.ts'
import { ledgerScene, type LedgerScene } from '../../../gallery/ledger.ts'

const from = (scene: Partial<LedgerScene>): LedgerState => resetLedger(unknownLedger, ledgerScene(scene))
const heights = (state: LedgerState): number[] => state.blocks.map(({ height }) => height)

test('a block of the chain goes on top', () => {
  const state = applyLedgerEvent(from({ blocks: chain(3) }), { event: 'block-added', block: block(4) })
  expect(heights(state)).toEqual([4, 3, 2, 1])
})

test('a block that does not count is no part of the list', () => {
  const state = from({ blocks: chain(3) })
  const beside = block(4, { place: 'beside' })
  expect(applyLedgerEvent(state, { event: 'block-added', block: beside }).blocks).toBe(state.blocks)
  expect(heights(from({ blocks: [beside, ...chain(3)] }))).toEqual([3, 2, 1])
})

test('another block at a height that is held takes the place of it and of what stood above', () => {
  const other = block(2, { id: blockIdOf('other') })
  const state = applyLedgerEvent(from({ blocks: chain(4) }), { event: 'block-added', block: other })
  expect(state.blocks.map(({ id }) => id)).toEqual([other.id, blockIdOf(1)])
})

test('the same block with more signatures stays where it is', () => {
  const more = block(2, { signers: 4 })
  const state = applyLedgerEvent(from({ blocks: chain(3, { signers: 3 }) }), { event: 'block-added', block: more })
  expect(state.blocks.map(({ signers }) => signers)).toEqual([3, 4, 3])
})

test('where blocks between are missing the list begins anew, and goes on downwards by pages', () => {
  const state = applyLedgerEvent(from({ blocks: chain(3) }), { event: 'block-added', block: block(9) })
  expect(heights(state)).toEqual([9])
  expect(heights(addOlder(state, chain(8).slice(0, 4)))).toEqual([9, 8, 7, 6, 5])
})

test('a page that does not go on from what is held is left out', () => {
  const state = from({ blocks: chain(9).slice(0, 3) })
  expect(addOlder(state, chain(4))).toBe(state)
  expect(addOlder(state, [])).toBe(state)
})

test('a network that was cut in two shows the branch that counts, with what came on top of it', () => {
  const branches = fork()
  const left = from({ blocks: [...branches.other.blocks.map((one) => ({ ...one, place: 'chain' as const })).toReversed(), ...chain(480)] })
  const after = applyLedgerEvent(left, { event: 'forked', fork: branches })
  expect(after.blocks.slice(0, 12).map(({ id }) => id)).toEqual([
    ...branches.chain.blocks.map(({ id }) => id).toReversed(),
    blockIdOf(480),
  ])
  const later = applyLedgerEvent(after, { event: 'block-added', block: block(492) })
  const again = applyLedgerEvent(later, { event: 'forked', fork: branches })
  expect(heights(again).slice(0, 2)).toEqual([492, 491])
  expect(again.forks).toHaveLength(1)
})

test('a branch that did not count changes no block', () => {
  const state = from({ blocks: chain(490) })
  expect(applyLedgerEvent(state, { event: 'forked', fork: fork({ outcome: 'stood' }) }).blocks).toBe(state.blocks)
})

test('an entry that a block took waits no more, and is still known', () => {
  const waits = entry('register', 'Bea')
  const state = applyLedgerEvent(from({ waiting: [waits, entry('claim', 'me')] }), {
    event: 'entry-changed',
    entry: { ...waits, place: inBlock(4) },
  })
  expect(waiting(state).map(({ kind }) => kind)).toEqual(['claim'])
  expect(state.entries.get(waits.id)?.place).toEqual(inBlock(4))
})

test('of the entries that are settled only the latest are kept', () => {
  let state = from({ waiting: [entry('claim', 'me')] })
  for (let nonce = 1; nonce <= 250; nonce += 1) {
    const settled = entry('renew', 'Bea', { nonce, place: inBlock(nonce) })
    state = applyLedgerEvent(state, { event: 'entry-changed', entry: settled })
  }
  expect(state.entries.size).toBe(201)
  expect(waiting(state)).toHaveLength(1)
  expect([...state.entries.values()].at(1)?.nonce).toBe(51)
})

test('slots stand by their number, and news of one changes it in its place', () => {
  let state = from({ rounds: [nothing(3, 'Nobody proposed.'), quick(5, 2)] })
  state = applyLedgerEvent(state, { event: 'slot-changed', rounds: quick(4, 1) })
  expect(state.rounds.map(({ slot }) => slot)).toEqual([5, 4, 3])
  state = applyLedgerEvent(state, { event: 'slot-changed', rounds: nothing(4, 'It was taken back.') })
  expect(state.rounds.map(({ outcome }) => outcome?.decision)).toEqual(['block', 'nothing', 'nothing'])
})

test('evidence that is entered on the ledger is the same evidence', () => {
  const seen = evidence({ height: null })
  let state = applyLedgerEvent(from({}), { event: 'evidence', evidence: seen })
  state = applyLedgerEvent(state, { event: 'evidence', evidence: { ...seen, height: 7 } })
  expect(state.evidence.map(({ height }) => height)).toEqual([7])
})

test('another network leaves nothing of the former', () => {
  const state = applyLedgerEvent(from({ blocks: chain(9), forks: [fork()], evidence: [evidence()] }), {
    event: 'network-changed',
    snapshot: ledgerScene({ status: ownStatus({ label: 'Another' }) }),
  })
  const owners = { era: 2, changes: new Map() }
  expect(state).toEqual({ ...unknownLedger, owners, status: expect.objectContaining({ label: 'Another' }) as unknown })
})

test('whoever got a name or lost one is asked about again, and nobody else', () => {
  const [bea, anders] = [accountOf('Bea'), accountOf('Anders')]
  const alto = NameLabel.parse('alto')
  const moved = applyLedgerEvent(from({}), { event: 'names-changed', names: [{ name: alto, before: bea, owner: anders }] })
  expect([...moved.owners.changes]).toEqual([[bea, 1], [anders, 1]])
  const freed = applyLedgerEvent(moved, { event: 'names-changed', names: [{ name: alto, before: anders, owner: null }] })
  expect([...freed.owners.changes]).toEqual([[bea, 1], [anders, 2]])
  expect(freed.owners.era).toBe(moved.owners.era)
})

test('of a long branch that counts only the end is told: the list begins anew there', () => {
  const { chain: counts } = fork()
  const branches = fork({ chain: { ...counts, blocks: counts.blocks.slice(-4) } })
  const state = applyLedgerEvent(from({ blocks: chain(485) }), { event: 'forked', fork: branches })
  expect(heights(state)).toEqual([491, 490, 489, 488])
})

test('a slot that was seen on two branches is kept for each', () => {
  let state = from({ rounds: [quick(5, 2)] })
  state = applyLedgerEvent(state, { event: 'slot-changed', rounds: quick(5, 3, { parent: blockIdOf('there') }) })
  expect(state.rounds.map(({ slot }) => slot)).toEqual([5, 5])
})
