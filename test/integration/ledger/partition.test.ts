import { afterEach, expect, test } from 'vitest'
import type { LedgerEntry } from '../../../src/shared/model/blocks.ts'
import type { NameLabel } from '../../../src/shared/model/ledger.ts'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { certificateBy } from '../../helpers/ledger-rogue.ts'
import { LedgerTown } from '../../helpers/ledger-town.ts'
import { person } from '../../unit/ledger/town.ts'

const CUT_SLOTS = 20

let town: LedgerTown

afterEach(() => town.close())

/** Who owns a name, as each device says. */
const owners = (name: string): (string | null)[] =>
  town.all.map(({ ledger }) => ledger.name(name as NameLabel)?.owner ?? null)

/** In each slot somebody new claims something on either side, so that every slot that can have a block has one. */
async function live(slots: number, sides: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (let slot = 0; slot < slots; slot++) {
    for (const to of sides) ids.push(await town.claim(to, `somebody with ${to} at ${town.nextSlot}`, 'anything'))
    await town.slots(1)
  }
  return ids
}

/** On either side somebody registers the same name, and much else happens, for twenty slots. */
async function apart(sides: readonly [string, string]): Promise<{ ids: string[]; rivals: [string, string] }> {
  const rivals = [`rival with ${sides[0]}`, `rival with ${sides[1]}`] as [string, string]
  const ids: string[] = []
  for (const [index, to] of sides.entries()) ids.push(await town.claim(to, rivals[index] ?? '', 'adele'))
  ids.push(...(await live(CUT_SLOTS / 2, sides)))
  for (const [index, to] of sides.entries()) await town.register(to, rivals[index] ?? '', 'adele')
  ids.push(...(await live(CUT_SLOTS / 2, sides)))
  return { ids, rivals }
}

/** The devices on the side that lost, told by an event of each of them. */
function forksLeft(): { name: string; left: number; names: unknown; returned: readonly string[] }[] {
  return town.all.flatMap(({ name }) =>
    town.eventsOf(name, 'forked').flatMap(({ fork }) =>
      fork.outcome === 'left' ? [{ name, left: fork.other.blocks.length, names: fork.names, returned: fork.returned }] : [],
    ),
  )
}

const place = (who: string, id: string): LedgerEntry['place'] => town.get(who).ledger.entry(id as never).place

/** Some links are slow and some clocks are wrong, within what Δ allows together: so not all hold the same certificates. */
function unlike(names: readonly string[]): void {
  for (const [index, name] of names.entries()) town.net.skewsMs.set(name, index * 15)
  town.net.linkMs = (from, to) => 10 + ((names.indexOf(from) * 7 + names.indexOf(to) * 13) % 5) * 60
}

test.each([
  ['four validators in two halves', ['leader', 'bob', 'carol', 'dan'], 1, ['leader', 'bob']],
  ['seven validators in four and three', ['leader', 'bob', 'carol', 'dan', 'eve', 'fay', 'gus'], 2, ['leader', 'carol', 'eve', 'gus']],
  ['five validators in three and two', ['leader', 'bob', 'carol', 'dan', 'eve'], 1, ['leader', 'carol', 'eve']],
] as const)(
  '%s, cut for twenty slots and healed: one chain everywhere within two slots, and nothing is lost unsaid',
  async (_what, validators, faults, side) => {
    town = await LedgerTown.of({ validators, faults })
    unlike(validators)
    await town.claim('leader', 'ada', 'before')
    await town.slots(1)
    expect(town.heads()).toHaveLength(1)
    const other = validators.find((name) => !(side as readonly string[]).includes(name)) ?? ''
    await town.net.cut(...side)
    const { ids, rivals } = await apart([side[0], other])
    expect(town.heads()).toHaveLength(2)
    expect(new Set(owners('adele'))).toEqual(new Set(rivals.map((name) => accountOf(person(name).account))))

    await town.net.heal()
    await town.net.pass(500)
    // Before any slot has begun.
    expect(town.heads()).toHaveLength(1)
    const [owner] = owners('adele')
    expect(new Set(owners('adele'))).toEqual(new Set([owner]))
    const lost = rivals.find((name) => accountOf(person(name).account) !== owner) ?? ''
    const lostSide = validators.filter((name) => (side as readonly string[]).includes(name) === (lost === rivals[0]))
    const forks = forksLeft()
    expect(forks.map(({ name }) => name)).toEqual(lostSide)
    const before = accountOf(person(lost).account)
    for (const { names } of forks) expect(names).toEqual([{ name: 'adele', before, owner }])
    for (const name of lostSide) expect(town.eventsOf(name, 'names-changed').at(-1)?.names).toEqual([{ name: 'adele', before, owner }])
    const pooled = town.all.map(({ ledger }) => ledger.head().pool.entries)
    // Theirs are back, and they have told the others.
    for (const { returned } of forks) for (const waiting of pooled) expect(waiting).toBeGreaterThanOrEqual(returned.length)

    await town.slots(2)
    expect(town.heads()).toHaveLength(1)
    // All that was claimed on either side lies on the one chain now.
    for (const { name } of town.all) {
      expect(new Set(ids.map((id) => place(name, id).at))).toEqual(new Set(['block']))
    }
    for (const { node } of town.all) expect(node.offences).toEqual([])
  },
)

test('where one device alone holds the signatures that make a branch the heavier one, all follow it after a cut', async () => {
  const validators = ['leader', 'bob', 'carol', 'dan', 'eve']
  town = await LedgerTown.of({ validators, faults: 1 })
  await town.net.cut('leader', 'bob', 'carol')
  await live(3, ['leader'])
  await live(10, ['dan'])
  const running = town.get('leader').running()
  const { store, chain, network } = running
  const weights = (): Set<number> => new Set(town.all.map(({ running }) => running().store.total(running().chain.head.id)))
  const light = chain.head.height * 2
  // Two commits certify a block, and three were made.
  const signers = ['leader', 'bob', 'carol'].map((name) => person(name).key)
  for (let height = 1; height <= chain.head.height; height++) {
    const block = store.block(store.at(height)?.header.id ?? '')
    if (block === undefined) throw new Error(`no block ${height}`)
    const { id, slot, parent } = block.header
    const place = { network, roster: chain.state.roster, slot, parent: { id: parent } }
    running.take([{ ...block, certificate: certificateBy(signers, place, id) }])
  }
  const heavy = chain.head.height * 3
  const other = town.get('dan').running()
  const theirs = other.store.total(other.chain.head.id)
  expect([light < theirs, theirs < heavy]).toEqual([true, true])
  expect(weights()).toEqual(new Set([light, theirs, heavy]))

  await town.net.heal()
  await town.slots(2)
  expect(town.heads()).toHaveLength(1)
  expect(town.chainOf('dan').slice(0, 3).map(({ slot }) => slot)).toEqual([0, 1, 2])
})

test('one validator of four cut off decides nothing alone; what was submitted there comes into a block when it is back', async () => {
  town = await LedgerTown.of({ validators: ['leader', 'bob', 'carol', 'dan'], faults: 1 })
  await town.net.cut('dan')
  const id = await town.claim('dan', 'ada', 'adele')
  await live(CUT_SLOTS, ['leader'])
  expect(town.chainOf('dan')).toEqual([])
  expect(place('dan', id)).toEqual({ at: 'pool', early: false, why: null })
  expect(town.get('dan').ledger.head().quorum).toMatchObject({ lamp: 'waits', heard: 1, needed: 3 })
  await town.net.heal()
  await town.slots(2)
  expect(town.heads()).toHaveLength(1)
  for (const { name } of town.all) expect(place(name, id)).toMatchObject({ at: 'block' })
  expect(forksLeft()).toEqual([])
})
