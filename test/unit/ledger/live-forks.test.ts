import { afterEach, expect, test } from 'vitest'
import { decodeBlock } from '../../../src/main/features/ledger/block.ts'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, type Home, ownNetwork } from './live-parts.ts'
import { person, START_MS } from './town.ts'

const leader = person('leader')
const genesis = ownNetwork(leader)
const adele = NameLabel.parse('adele')
const them = peerIdOf(person('eve').account)

const homes: Home[] = []
async function opened(...options: Parameters<typeof home>): Promise<Home> {
  const made = await home(...options)
  homes.push(made)
  return made
}
afterEach(async () => {
  for (const one of homes.splice(0)) await one.stop()
})

/** One who decides alone, from two copies of its database: each makes another history. */
async function history(ops: readonly ('claim' | 'register' | `claim ${string}`)[], skip: number): Promise<Uint8Array[]> {
  const one = await opened({ genesis, clock: new FakeClock(START_MS - 500) })
  await one.slots(1 + skip)
  for (const op of ops) {
    const [kind, other] = op === 'register' ? [op] : (['claim', op.split(' ')[1]] as const)
    const name = other === undefined ? adele : NameLabel.parse(other)
    await one.ledger.submit({ op: { kind, name } })
    await one.slots(1)
  }
  return one.topics.sent.filter(({ topic }) => topic.endsWith('/blocks')).map(({ data }) => data)
}

function idOf(block: Uint8Array | undefined): string {
  return block === undefined ? '' : decodeBlock(block).header.id
}

async function hand(to: Home, blocks: readonly Uint8Array[]): Promise<void> {
  for (const data of blocks) await to.topics.hand('blocks', data, them)
}

test('two branches that meet are one fork: first it stood, then it was left, and it is there after a restart', async () => {
  const short = await history(['claim', 'register'], 0)
  let long = await history(['claim', 'claim another', 'register'], 1)
  // Where both weigh the same, the lower hash counts; here it is to be the shorter one until the other is longer.
  while (idOf(long[1]) < idOf(short[1])) long = await history(['claim', 'claim another', 'register'], 1)
  expect([short.length, long.length]).toEqual([2, 3])
  const [clock, database] = [new FakeClock(START_MS + 60_000), openMemoryDatabase()]
  const bob = await opened({ who: person('bob'), genesis, clock, database })
  await hand(bob, short)
  expect(bob.ledger.name(adele)).toMatchObject({ owner: accountOf(leader.account) })
  await hand(bob, long.slice(0, 1))
  const parent = bob.ledger.network()
  expect(bob.ledger.forks()).toMatchObject([
    { outcome: 'stood', why: 'more certified weight', parent, parentHeight: 0, chain: { weight: 2 }, other: { weight: 1 } },
  ])
  await hand(bob, long.slice(1))
  const [fork, ...more] = bob.ledger.forks()
  expect(more).toEqual([])
  expect(fork).toMatchObject({
    outcome: 'left',
    why: 'more certified weight',
    chain: { weight: 3, blocks: [{ height: 1, place: 'chain' }, { height: 2 }, { height: 3 }] },
    other: { weight: 2, blocks: [{ height: 1, place: 'beside' }, { height: 2 }] },
  })
  // The same account registered the name on both: that is told by neither.
  expect(bob.ledger.head()).toMatchObject({ height: 3, names: 1 })
  expect(bob.eventsOf('forked').map(({ fork: { outcome } }) => outcome).at(-1)).toBe('left')
  await bob.stop()
  const again = await opened({ who: person('bob'), genesis, clock, database })
  expect(again.ledger.forks()).toEqual([fork])
})

test('what a branch that is left had taken goes back to the pool, and names that go are told; in whatever order they come', async () => {
  const branches = [await history(['claim', 'register'], 0), await history(['claim', 'claim another'], 1)] as const
  const [first, second] = [branches, branches.toReversed()]
  const clock = new FakeClock(START_MS + 60_000)
  const [bob, carol] = [await opened({ who: person('bob'), genesis, clock }), await opened({ who: person('carol'), genesis, clock })]
  for (const branch of first) await hand(bob, branch)
  for (const branch of second) await hand(carol, branch)
  expect(bob.ledger.head().head?.id).toBe(carol.ledger.head().head?.id)
  const forks = [bob, carol].map(({ ledger }) => ledger.forks()[0])
  expect(forks.map((fork) => fork?.why)).toEqual(['the lower hash', 'the lower hash'])
  const left = forks.find((fork) => fork?.outcome === 'left')
  expect(forks.find((fork) => fork?.outcome === 'stood')).toMatchObject({ names: [], returned: [] })
  expect(left?.returned).toHaveLength(2)
  // Whichever was left: the name went, or it came.
  const isHeld = bob.ledger.name(adele) !== null
  const owner = accountOf(leader.account)
  const change = isHeld ? { name: 'adele', before: null, owner } : { name: 'adele', before: owner, owner: null }
  expect(left?.names).toEqual([change])
  const wentOver = forks[0]?.outcome === 'left' ? bob : carol
  expect(wentOver.eventsOf('names-changed').at(-1)?.names).toEqual([change])
  expect(wentOver.ledger.head().names).toBe(isHeld ? 1 : 0)
})

test('a branch that comes in one go is shown as a whole, with why it counts in the end and what became of the names', async () => {
  const short = await history(['claim', 'register'], 0)
  let long = await history(['claim another', 'claim', 'register'], 1)
  // It is gone over to at its second block, with the lower hash, and weighs more when all of it is there.
  while (idOf(long[1]) > idOf(short[1])) long = await history(['claim another', 'claim', 'register'], 1)
  const bob = await opened({ who: person('bob'), genesis, clock: new FakeClock(START_MS + 60_000) })
  await hand(bob, short)
  expect(bob.ledger.name(adele)).toMatchObject({ owner: accountOf(leader.account) })
  bob.running().take(long.map((data) => decodeBlock(data)))
  expect(bob.ledger.forks()).toMatchObject([
    {
      outcome: 'left',
      why: 'more certified weight',
      chain: { weight: 3, blocks: [{ height: 1 }, { height: 2 }, { height: 3 }] },
      other: { weight: 2 },
      // Lost at the second block, and registered again by the third.
      names: [],
    },
  ])
  expect(bob.ledger.head()).toMatchObject({ height: 3, names: 1 })
  expect(bob.eventsOf('forked').map(({ fork: { outcome } }) => outcome).at(-1)).toBe('left')
})

test('a branch that comes piece by piece is shown as it was when both met, and not with what is decided after that', async () => {
  const short = await history(['claim', 'register'], 0)
  let long = await history(['claim', 'claim another', 'register', 'claim third'], 1)
  // The shorter one counts until the other is longer.
  while (idOf(long[1]) < idOf(short[1])) long = await history(['claim', 'claim another', 'register', 'claim third'], 1)
  const clock = new FakeClock(START_MS + 60_000)
  const bob = await opened({ who: person('bob'), genesis, clock })
  await hand(bob, short.slice(0, 2))
  await hand(bob, long.slice(0, 3))
  expect(bob.ledger.forks()[0]).toMatchObject({ outcome: 'left', chain: { weight: 3 }, other: { weight: 2 } })
  await clock.advance(1_000)
  await hand(bob, long.slice(3))
  expect(bob.ledger.forks()).toMatchObject([{ outcome: 'left', atMs: START_MS + 60_000, chain: { weight: 4 }, other: { weight: 2 } }])
})

test('that a branch was left stays said when somebody who has not heard of it goes on with it', async () => {
  const short = await history(['claim', 'register', 'claim another'], 0)
  let long = await history(['claim another', 'claim', 'claim third', 'claim fourth'], 1)
  while (idOf(long[1]) < idOf(short[1])) long = await history(['claim another', 'claim', 'claim third', 'claim fourth'], 1)
  const bob = await opened({ who: person('bob'), genesis, clock: new FakeClock(START_MS + 60_000) })
  await hand(bob, short.slice(0, 2))
  await hand(bob, long)
  const [left] = bob.ledger.forks()
  expect(left).toMatchObject({ outcome: 'left', names: [{ name: 'adele', owner: null }] })
  await hand(bob, short.slice(2))
  expect(bob.ledger.forks()).toEqual([left])
})
