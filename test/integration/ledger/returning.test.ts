import { afterEach, describe, expect, test } from 'vitest'
import { commitMessage, sessionAt, valueMessage } from '../../helpers/ledger-rogue.ts'
import { LedgerTown } from '../../helpers/ledger-town.ts'

const FOUR = ['leader', 'bob', 'carol', 'dan']

let town: LedgerTown

afterEach(() => town.close())

/** All of them have one chain, on which nobody is accused of anything. */
function agree(): void {
  expect(town.heads()).toHaveLength(1)
  for (const { ledger, node } of town.all) {
    expect(ledger.evidence()).toEqual([])
    expect(node.offences).toEqual([])
  }
}

const stateOf = (name: string): string => town.get(name).ledger.head().sync.state

describe('a validator that crashes', () => {
  // Messages take 200 ms. Before the slot; on the way of the block, of the signatures, of the quorum; and after it.
  test.each([-100, 1, 199, 201, 399, 401, 601, 999, 1_400].flatMap((at) => ['leader', 'carol'].map((who) => [at, who] as const)))(
    '%i ms into a slot that the first one leads, and returns: %s finds the chain of the others, and signs nothing twice',
    async (atMs, who) => {
      town = await LedgerTown.of({ validators: FOUR, faults: 1 })
      town.net.linkMs = () => 200
      const id = await town.claim('bob', 'ada', 'adele')
      await town.to(0, atMs)
      await town.crash(who)
      await town.claim('bob', 'ann', 'anne')
      await town.before(1)
      await town.boot(who)
      await town.net.connect()
      await town.slots(3)
      agree()
      const other = await town.claim(who, 'eve', 'evelyn')
      await town.slots(4)
      agree()
      for (const entry of [id, other]) {
        for (const { ledger } of town.all) expect(ledger.entry(entry as never).place).toMatchObject({ at: 'block' })
      }
    },
  )

  test('and whose machine comes back in the same slot votes no more in it, and in the next one again', async () => {
    town = await LedgerTown.of({ validators: FOUR, faults: 1 })
    await town.claim('bob', 'ada', 'adele')
    await town.to(0, 1)
    await town.crash('carol')
    await town.boot('carol')
    await town.net.connect()
    await town.slots(1)
    await town.claim('bob', 'ann', 'anne')
    await town.slots(2)
    agree()
    const rounds = town.get('carol').ledger.rounds()
    expect(rounds.filter(({ abstained }) => abstained === null).length).toBeGreaterThan(0)
    const mine = rounds.at(0)?.roster.findIndex(({ mine: isMine }) => isMine)
    expect(rounds.some(({ marks }) => marks.some(({ by, saying }) => by === mine && saying === 'commit'))).toBe(true)
  })
})

test('a validator that was away catches up before it votes', async () => {
  town = await LedgerTown.of({ validators: FOUR, faults: 1 })
  await town.claim('bob', 'ada', 'adele')
  await town.slots(1)
  await town.crash('dan')
  for (let slot = 0; slot < 12; slot++) {
    await town.claim('bob', `somebody at ${town.nextSlot}`, 'anything')
    await town.slots(1)
  }
  const { height } = town.get('bob').ledger.head()
  // Dan's own turns were empty.
  expect(height).toBe(10)

  await town.net.cut('dan')
  await town.boot('dan')
  await town.claim('bob', 'eve', 'evelyn')
  await town.slots(2)
  // Nobody was heard: what it has may be old, so it takes no part.
  expect(stateOf('dan')).toBe('looking')
  expect(town.get('dan').ledger.head().leading?.verdict).toBe('stay-silent')
  expect(town.get('dan').ledger.rounds()).toEqual([])
  expect(town.get('dan').ledger.ownerOf('adele.peer')).toBe('unknown')

  await town.net.heal()
  await town.slots(1)
  expect(stateOf('dan')).toBe('ready')
  agree()
  // From here on it counts: with one more away the others need it.
  await town.crash('carol')
  const id = await town.claim('dan', 'fay', 'fayette')
  await town.slots(5)
  agree()
  expect(town.get('bob').ledger.entry(id as never).place).toMatchObject({ at: 'block' })
})

test('a follower follows, also one that came late, and through a restart; it never signs', async () => {
  town = await LedgerTown.of({ validators: FOUR, faults: 1, followers: ['fay'] })
  for (let slot = 0; slot < 5; slot++) {
    await town.claim('fay', `somebody at ${town.nextSlot}`, 'anything')
    await town.slots(1)
  }
  await town.boot('gus')
  await town.net.connect()
  await town.slots(1)
  agree()
  expect(town.get('gus').ledger.head()).toMatchObject({ role: 'follower', height: 5, quorum: { lamp: 'follows' } })
  await town.crash('fay')
  await town.claim('gus', 'ann', 'anne')
  await town.slots(1)
  await town.boot('fay')
  await town.net.connect()
  await town.slots(1)
  agree()
  expect(town.get('fay').ledger.head().height).toBe(6)
  for (const name of ['fay', 'gus']) expect(town.get(name).ledger.rounds()).toEqual([])
  const [report] = await town.get('gus').ledger.validate(1, [])
  expect(report?.result).toMatchObject({ outcome: 'whole', height: 6 })
})

test('what was signed in one slot, or in another network, is worth nothing in the next', async () => {
  town = await LedgerTown.of({ validators: FOUR, faults: 1, rogues: ['dan'] })
  const rogue = town.rogue('dan')
  await town.claim('bob', 'ada', 'adele')
  const old = town.place(0, 'bob')
  await town.slots(1)
  agree()
  expect(town.chainOf('bob')).toHaveLength(1)
  const honest = town.nodesOf('leader', 'bob', 'carol')
  const said = rogue.heard.filter(({ session }) => Buffer.compare(session, sessionAt(old).id) === 0)
  expect(new Set(said.map(({ kind }) => kind)).size).toBeGreaterThan(1)

  // As it was, and under the name of the slot that is open now.
  await town.to(1, 5)
  const place = town.place(1, 'bob')
  await rogue.say(...said.map((message) => [honest, message] as const))
  await rogue.say(...said.map((message) => [honest, { ...message, session: sessionAt(place).id }] as const))
  // The same slot of a network with another Δ, of the same validators.
  const elsewhere = { ...place, network: 'ab'.repeat(32) }
  const block = town.block(1, 'bob')
  const foreign = valueMessage(elsewhere, block, [rogue])
  const commits = commitMessage(elsewhere, block.header.id, [rogue])
  await rogue.say([honest, foreign], [honest, commits], [honest, { ...commits, session: sessionAt(place).id }])
  await town.claim('bob', 'ann', 'anne')
  await town.before(2)
  expect(town.heads()).toHaveLength(1)
  expect(town.chainOf('bob')).toHaveLength(1)
  await town.slots(2)
  expect(town.heads()).toHaveLength(1)
  expect(town.chainOf('carol')).toMatchObject([{ slot: 0 }, { slot: 2 }])
  for (const { ledger } of town.all) expect(ledger.evidence()).toEqual([])
})
