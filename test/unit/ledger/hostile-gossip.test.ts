import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeBlock, encodeBlock, sealHeader } from '../../../src/main/features/ledger/block.ts'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import { MAX_REORGANISED_BLOCKS, REWEIGHED_BLOCKS } from '../../../src/main/features/ledger/limits.ts'
import { NEW_BLOCKS } from '../../../src/main/features/ledger/live/limits.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { listRoot } from '../../../src/main/features/ledger/merkle.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { certified, keep, LATER_MS, split } from './chains.ts'
import { home, type Home, ownNetwork } from './live-parts.ts'
import { person, SALT, START_MS, Town } from './town.ts'

const genesis = ownNetwork(person('leader'))
const them = peerIdOf(person('eve').account)
let clock: FakeClock
let leader: Home
let bob: Home
beforeEach(async () => {
  clock = new FakeClock(START_MS - MINUTE)
  leader = await home({ genesis, clock })
  bob = await home({ who: person('bob'), genesis, clock })
})
afterEach(async () => {
  await leader.stop()
  await bob.stop()
})

/** What the leader broadcast, as it came. */
async function blocksOf(count: number): Promise<Uint8Array[]> {
  await leader.slots(35)
  for (let i = 0; i < count; i++) {
    await leader.ledger.submit({ op: { kind: 'claim', name: NameLabel.parse(`name-${i}`) } })
    await leader.slots(1)
  }
  return leader.topics.sent.filter(({ topic }) => topic.endsWith('/blocks')).map(({ data }) => data)
}

test('all blocks that ever were, said again, are passed on by nobody', async () => {
  const blocks = await blocksOf(NEW_BLOCKS + 2)
  // As a peer gave them, and not gossip.
  bob.running().take(blocks.map((bytes) => decodeBlock(bytes)))
  const verdicts: string[] = []
  for (const block of blocks) verdicts.push((await bob.topics.hand('blocks', block, them)).verdict)
  // The last ones may be new to whoever is next to us.
  const [old, fresh] = [Array.from({ length: 2 }, () => 'ignore'), Array.from({ length: NEW_BLOCKS }, () => 'accept')]
  expect(verdicts).toEqual([...old, ...fresh])
})

test('a name that nobody may have is refused wherever its entry stands in a row, so that whoever passes it on is no innocent', async () => {
  const ada = person('ada')
  const town = new Town(genesis)
  const row = [
    town.entry(ada, town.claim(ada, 'adele'), { untilMs: clock.nowMs() + HOUR }),
    town.entry(ada, { kind: 'register', name: 'Not A Name', salt: SALT }, { nonce: 2, untilMs: clock.nowMs() + HOUR }),
  ]
  const verdicts: string[] = []
  for (const { bytes } of row) verdicts.push((await bob.topics.hand('entries', bytes, them)).verdict)
  // Had it waited for its turn, the next node, one block on, would have blamed this one for it.
  expect(verdicts).toEqual(['accept', 'reject'])
})

/** The first block of the leader, as somebody changed it who can sign nothing. */
async function bent(change: { parent?: string }): Promise<Uint8Array> {
  const [bytes] = await blocksOf(1)
  if (bytes === undefined) throw new Error('no block')
  const { header, certificate } = decodeBlock(bytes)
  const entries = [{ bytes: new Uint8Array([1, 2, 3]) } as Entry]
  const lie = sealHeader({ ...header, ...change, entriesRoot: listRoot(entries.map((entry) => entry.bytes)) })
  return encodeBlock({ header: lie, entries, certificate })
}

test('the entries of a block that nobody certified are not read', async () => {
  // They are no entries: whoever read them would say so.
  const verdict = await bob.topics.hand('blocks', await bent({}), them)
  expect(verdict).toEqual({ verdict: 'reject', why: 'the certificate is of another block' })
})

test('the entries of a block that follows nothing are not read', async () => {
  const verdict = await bob.topics.hand('blocks', await bent({ parent: 'ab'.repeat(32) }), them)
  expect(verdict).toEqual({ verdict: 'ignore', why: 'what it follows is not here' })
})

test('fuller certificates of old blocks are not written to all that came after them', () => {
  const town = new Town()
  const { chain, store } = keep(town.genesis, town.context)
  const blocks = Array.from({ length: REWEIGHED_BLOCKS + 2 }, () => town.grow([]))
  chain.batch(() => blocks.map((block) => chain.add(certified(block), LATER_MS)))
  const weight = (): number => store.total(chain.head.id)
  const [first, ...others] = blocks
  const last = others.at(-1)
  if (first === undefined || last === undefined) throw new Error('no blocks')
  expect(chain.add(certified(first, 3), LATER_MS)).toEqual({ outcome: 'known' })
  expect(weight()).toBe(blocks.length)
  expect(chain.add(certified(last, 3), LATER_MS)).toEqual({ outcome: 'known' })
  expect(weight()).toBe(blocks.length + 2)
})

test('they are while a branch lies beside, as it may turn on them; and never below what is taken back', () => {
  const town = new Town()
  const limits = { reorganised: REWEIGHED_BLOCKS + 20, side: 100 }
  expect(limits.reorganised).toBeLessThan(MAX_REORGANISED_BLOCKS)
  const { chain, store } = keep(town.genesis, town.context, undefined, limits)
  const low = town.grow([])
  const below = [low, ...Array.from({ length: 8 }, () => town.grow([]))]
  chain.batch(() => below.map((block) => chain.add(certified(block), LATER_MS)))
  const other = split(town)
  const first = town.grow([])
  const rest = Array.from({ length: REWEIGHED_BLOCKS + 15 }, () => town.grow([]))
  chain.batch(() => [first, ...rest].map((block) => chain.add(certified(block), LATER_MS)))
  const ada = person('ada')
  const beside = other.grow([other.entry(ada, other.claim(ada, 'adele', SALT))])
  expect(chain.add(certified(beside), LATER_MS).outcome).toBe('beside')
  const before = store.total(chain.head.id)
  expect(chain.add(certified(first, 3), LATER_MS)).toEqual({ outcome: 'known' })
  expect(store.total(chain.head.id)).toBe(before + 2)
  expect(chain.add(certified(low, 3), LATER_MS)).toEqual({ outcome: 'known' })
  expect(store.total(chain.head.id)).toBe(before + 2)
})
