import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CertifiedBlock } from '../../../src/main/features/ledger/block.ts'
import { sealHeader } from '../../../src/main/features/ledger/block.ts'
import { verifiedIn } from '../../../src/main/features/ledger/bulk.ts'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import { verifierOfThisThread } from '../../../src/main/platform/verify-pool.ts'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { choose } from '../../../src/main/features/ledger/fork-choice.ts'
import { keys } from '../../../src/main/features/ledger/state.ts'
import { knownNetworks } from '../../../src/main/features/ledger/store.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { DAY } from '../../../src/shared/units.ts'
import { certified, keep, LATER_MS, split } from './chains.ts'
import { person, SALT, Town } from './town.ts'

const [ada, bob] = [person('ada'), person('bob')]

/** Two halves of a network that each let somebody have `adele`, after a common block. */
function cut() {
  const town = new Town()
  const common = certified(town.grow([]))
  const [here, there] = [town, split(town)]
  const mine = [here.grow([here.entry(ada, here.claim(ada, 'adele'))])]
  mine.push(here.grow([here.entry(ada, { kind: 'register', name: 'adele', salt: SALT })]))
  const theirs = [there.grow([there.entry(bob, there.claim(bob, 'adele'))], 4_000)]
  theirs.push(there.grow([there.entry(bob, { kind: 'register', name: 'adele', salt: SALT })]))
  return { here, there, common, mine, theirs }
}

test('a chain grows block by block, and says which names changed', () => {
  const { here, common, mine } = cut()
  const { chain } = keep(here.genesis, here.context)
  expect(chain.add(common, LATER_MS).outcome).toBe('added')
  const verdicts = mine.map((block) => chain.add(certified(block), LATER_MS))
  const names = verdicts.flatMap((verdict) => (verdict.outcome === 'added' ? verdict.changed.names : []))
  expect(names).toEqual([{ name: 'adele', before: null, owner: accountOf(ada.account) }])
  expect(chain.head).toMatchObject({ height: 3, id: here.parent.id })
  expect(chain.state.root).toBe(here.state.root)
  expect(mine.map((block) => chain.add(certified(block), LATER_MS).outcome)).toEqual(['known', 'known'])
})

test('when a cut heals, the branch with more weight counts; names that lost are told, their entries come back', () => {
  const { here, there, common, mine, theirs } = cut()
  const { chain } = keep(here.genesis, here.context)
  for (const block of [common, ...mine.map((one) => certified(one))]) chain.add(block, LATER_MS)
  const [first, second] = theirs.map((block) => certified(block, 2))
  if (first === undefined || second === undefined) throw new Error('there are two')
  // One block of weight 2 against two of weight 1: the lower hash decides until the second comes.
  chain.add(first, LATER_MS)
  const verdict = chain.add(second, LATER_MS)
  expect(chain.head.id).toBe(there.parent.id)
  expect(chain.state.root).toBe(there.state.root)
  expect(chain.state.get(keys.name('adele'))?.owner).toBe(bob.account)
  expect(chain.state.get(keys.account(ada.account))).toBeUndefined()
  expect(verdict.outcome).toBe('added')
})

test('a reorganisation tells what left, what joined and why', () => {
  const { here, common, mine, theirs } = cut()
  const { chain } = keep(here.genesis, here.context)
  for (const block of [common, ...mine.map((one) => certified(one, 2))]) chain.add(block, LATER_MS)
  const [first, second] = theirs.map((block, index) => certified(block, index === 0 ? 1 : 9))
  if (first === undefined || second === undefined) throw new Error('there are two')
  expect(chain.add(first, LATER_MS)).toEqual({ outcome: 'beside', why: 'more certified weight' })
  const verdict = chain.add(second, LATER_MS)
  if (verdict.outcome !== 'added') throw new Error(verdict.outcome)
  const { changed } = verdict
  expect(changed.why).toBe('more certified weight')
  expect(changed.left.map(({ header }) => header.id)).toEqual(mine.toReversed().map(({ header }) => header.id))
  expect(changed.joined.map(({ header }) => header.id)).toEqual([first.header.id, second.header.id])
  expect(changed.names).toEqual([{ name: 'adele', before: accountOf(ada.account), owner: accountOf(bob.account) }])
  expect(changed.returned.map(({ op }) => op.kind)).toEqual(['claim', 'register'])
})

test('what was reorganised is the same after a restart, and can be reorganised back', () => {
  const { here, there, common, mine, theirs } = cut()
  const database = openMemoryDatabase()
  const { chain } = keep(here.genesis, here.context, database)
  for (const block of [common, ...mine.map((one) => certified(one))]) chain.add(block, LATER_MS)
  for (const block of theirs) chain.add(certified(block, 3), LATER_MS)
  const again = keep(here.genesis, here.context, database).chain
  expect([again.head.id, again.state.root]).toEqual([there.parent.id, there.state.root])
  // More of the validators signed the first branch than was known here.
  const [first, second] = mine.map((block) => certified(block, 5))
  if (first === undefined || second === undefined) throw new Error('there are two')
  again.add(first, LATER_MS)
  again.add(second, LATER_MS)
  expect([again.head.id, again.state.root]).toEqual([here.parent.id, here.state.root])
  const third = keep(here.genesis, here.context, database).chain
  expect([third.head.id, third.state.root]).toEqual([here.parent.id, here.state.root])
  expect(knownNetworks(database)).toEqual([here.genesis])
})

test('a block without its parent, without signatures, from a slot to come or from too far below is not taken', () => {
  const town = new Town()
  const blocks = Array.from({ length: 6 }, () => certified(town.grow([])))
  const [first, second, third] = blocks
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are six')
  const { chain } = keep(town.genesis, town.context, undefined, { reorganised: 3, side: 10 })
  expect(chain.add(second, LATER_MS)).toEqual({ outcome: 'orphan', parent: first.header.id })
  expect(chain.add({ ...first, certificate: new Uint8Array([0]) }, LATER_MS)).toMatchObject({ code: 'certificate' })
  expect(chain.add(first, town.genesis.startMs - DAY)).toMatchObject({ outcome: 'refused', code: 'ahead' })
  for (const block of blocks) expect(chain.add(block, LATER_MS).outcome).toBe('added')
  const late = new Town(town.genesis)
  expect(chain.add(certified(late.grow([], 60_000)), LATER_MS)).toMatchObject({ outcome: 'refused', code: 'too-deep' })
})

test('a branch that parts from the chain too far below is forgotten whole, however high it is', () => {
  const town = new Town()
  const { chain, store } = keep(town.genesis, town.context, undefined, { reorganised: 3, side: 10 })
  const beside = split(town)
  const branch = [1, 2, 3].map(() => certified(beside.grow([], 10_000)))
  const [first, second, third] = branch
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three')
  for (let height = 1; height <= 3; height++) chain.add(certified(town.grow([]), 9), LATER_MS)
  expect([chain.add(first, LATER_MS).outcome, chain.add(second, LATER_MS).outcome]).toEqual(['beside', 'beside'])
  chain.add(certified(town.grow([]), 9), LATER_MS)
  expect(store.sideBlocks()).toBe(0)
  expect(chain.add(third, LATER_MS)).toEqual({ outcome: 'orphan', parent: second.header.id })
})

test('blocks beside the chain are bounded', () => {
  const town = new Town()
  const { chain } = keep(town.genesis, town.context, undefined, { reorganised: 100, side: 3 })
  chain.add(certified(town.grow([]), 9), LATER_MS)
  const outcomes = [1, 2, 3, 4].map(
    (number) => chain.add(certified(new Town(town.genesis).block([], number * 10_000)), LATER_MS).outcome,
  )
  expect(outcomes).toEqual(['beside', 'beside', 'beside', 'refused'])
})

test('a certified block that is false is refused, on the chain and beside it', () => {
  const town = new Town()
  const { chain } = keep(town.genesis, town.context)
  const first = town.grow([])
  const { header } = first
  const lie = certified({ header: sealHeader({ ...header, stateRoot: '00'.repeat(32) }), entries: [] })
  expect(chain.add(lie, LATER_MS)).toMatchObject({ outcome: 'refused', code: 'state-root' })
  chain.add(certified(first), LATER_MS)
  expect(chain.add(lie, LATER_MS)).toMatchObject({ outcome: 'refused', code: 'state-root' })
  expect(chain.head.id).toBe(header.id)
})

test('signatures verified in bulk are not verified again, and a false one is refused all the same', async () => {
  const town = new Town()
  const [right, other] = [town.entry(ada, town.claim(ada, 'adele')), town.entry(bob, town.claim(bob, 'bobby'))]
  const block = certified(town.grow([right, other]))
  const forged = town.entry(bob, town.claim(bob, 'third'), { account: ada.account })
  const verified = await verifiedIn([block, { ...block, entries: [forged] }], verifierOfThisThread)
  expect(verified).toEqual(new Set([right.id, other.id]))
  const asked: string[] = []
  const isSigned = (entry: Entry): boolean => {
    asked.push(entry.id)
    return false
  }
  const none = keep(town.genesis, { ...town.context, isSigned }).chain
  expect(none.add(block, LATER_MS, new Set([right.id]))).toMatchObject({ outcome: 'refused', code: 'entry' })
  expect(asked).toEqual([other.id])
  expect(none.add(block, LATER_MS, verified).outcome).toBe('added')
})

test('many blocks are added as one step, which is taken back whole where it fails', () => {
  const { here, common, mine } = cut()
  const database = openMemoryDatabase()
  const { chain } = keep(here.genesis, here.context, database)
  const all = [common, ...mine.map((block) => certified(block))]
  const failing = (): void =>
    chain.batch(() => {
      for (const block of all) chain.add(block, LATER_MS)
      throw new Error('the disk is full')
    })
  expect(failing).toThrow('the disk is full')
  expect([chain.head.height, keep(here.genesis, here.context, database).chain.head.height]).toEqual([0, 0])
  chain.batch(() => all.forEach((block) => chain.add(block, LATER_MS)))
  expect(chain.state.root).toBe(here.state.root)
  expect(keep(here.genesis, here.context, database).chain.head.id).toBe(here.parent.id)
})

test('the choice between branches is total: it is the same from both sides, and has no circles', () => {
  const branch = fc.record({
    head: fc.constantFrom('aa', 'bb', 'cc', 'dd'),
    weight: fc.integer({ min: 1, max: 3 }),
  })
  fc.assert(
    fc.property(branch, branch, branch, (a, b, c) => {
      const best = (one: typeof a, other: typeof a): typeof a => (choose(one, other).chosen === 'first' ? one : other)
      expect(best(a, b)).toEqual(best(b, a))
      expect(best(best(a, b), c)).toEqual(best(a, best(b, c)))
    }),
  )
})

test('nodes that hear of the same blocks in any order end on the same chain', () => {
  const town = new Town()
  const grown = fc.array(fc.record({ on: fc.nat(), weight: fc.integer({ min: 1, max: 4 }), skip: fc.nat(3) }), {
    minLength: 1,
    maxLength: 14,
  })
  fc.assert(
    fc.property(grown, fc.infiniteStream(fc.nat()), (plan, order) => {
      const blocks = forest(town, plan)
      const straight = keep(town.genesis, town.context).chain
      for (const block of blocks) straight.add(block, LATER_MS)
      const shuffled = keep(town.genesis, town.context).chain
      // Some of the signatures come later than the block.
      const waiting = [...blocks, ...blocks.map((block) => certified(block, 1))]
      while (waiting.length > 0) {
        const [block] = waiting.splice((order.next().value ?? 0) % waiting.length, 1)
        if (block !== undefined && shuffled.add(block, LATER_MS).outcome === 'orphan') waiting.push(block)
      }
      expect(shuffled.head.id).toBe(straight.head.id)
      expect(shuffled.state.root).toBe(straight.state.root)
    }),
    { numRuns: 60 },
  )
})

/** Blocks that each follow one of those before them, or the genesis. */
function forest(town: Town, plan: readonly { on: number; weight: number; skip: number }[]): CertifiedBlock[] {
  const towns = [new Town(town.genesis)]
  const blocks = new Map<string, CertifiedBlock>()
  for (const { on, weight, skip } of plan) {
    const next = split(towns[on % towns.length] ?? town)
    const who = person(`forest ${skip}`)
    const claim = next.claim(who, 'some-name', next.parent.id.slice(0, 32))
    const entries = skip % 2 === 0 ? [] : [next.entry(who, claim)]
    const block = certified(next.grow(entries, skip * 2_000), weight)
    if (blocks.has(block.header.id)) continue
    blocks.set(block.header.id, block)
    towns.push(next)
  }
  return [...blocks.values()]
}
