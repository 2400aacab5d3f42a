import { afterEach, describe, expect, test } from 'vitest'
import type { Block } from '../../../src/main/features/ledger/block.ts'
import { blockIdOf } from '../../../src/main/features/ledger/bytes.ts'
import type { Entry } from '../../../src/main/features/ledger/entry.ts'
import type { Message } from '../../../src/main/protocols/consensus/index.ts'
import type { SlotRounds } from '../../../src/shared/model/consensus.ts'
import { type Rogue, valueMessage } from '../../helpers/ledger-rogue.ts'
import { LedgerTown } from '../../helpers/ledger-town.ts'
import { person } from '../../unit/ledger/town.ts'

const FOUR = ['leader', 'bob', 'carol', 'dan']
const FIVE = [...FOUR, 'eve']

let town: LedgerTown

afterEach(async () => {
  ann = null
  await town.close()
})

const outcomeOf = (name: string, slot: number): SlotRounds['outcome'] | undefined =>
  town.get(name).ledger.rounds().find((rounds) => rounds.slot === slot)?.outcome

/** What each honest device says of a slot. */
const outcomes = (slot: number): unknown[] => town.all.map(({ name }) => outcomeOf(name, slot))

/** Two for slot 0 that both stand, and what says so, signed by these. */
function twoBlocks(as: string, signers: readonly Rogue[]): { blocks: [Block, Block]; values: [Message, Message] } {
  const place = town.place(0, as)
  const blocks: [Block, Block] = [town.block(0, as), town.block(0, as, [claimOfAnn()])]
  return { blocks, values: [valueMessage(place, blocks[0], signers), valueMessage(place, blocks[1], signers)] }
}

let ann: Entry | null = null
/** The same whenever it is asked for in one town. */
const claimOfAnn = (): Entry => (ann ??= town.write('ann', town.claimOf('ann', 'anne')))

/** All of them have one chain, in which what was submitted lies. */
function agree(): void {
  expect(town.heads()).toHaveLength(1)
  const [first, ...others] = town.all.map(({ name }) => town.chainOf(name).map(({ id }) => id))
  for (const chain of others) expect(chain).toEqual(first)
}

/** Everybody kept the evidence about a validator, it lies in a block, and it can be checked by somebody who has nothing else. */
function accused(name: string, slot: number): void {
  const key = person(name).account
  for (const { ledger } of town.all) {
    const [evidence, ...more] = ledger.evidence()
    expect(more).toEqual([])
    expect(evidence).toMatchObject({ slot, key, validator: { label: name }, saying: 'first', height: expect.any(Number) })
    const record = new Uint8Array(Buffer.from(evidence?.record ?? '', 'base64'))
    expect(ledger.checkEvidence(record)).toMatchObject({ outcome: 'proven', holds: [true, true] })
    expect(ledger.validators().filter((one) => one.accused).map(({ label }) => label)).toEqual([name])
    const [entry] = ledger.entries({ waiting: false, limit: 50 }).filter(({ kind }) => kind === 'evidence')
    expect(entry?.place).toMatchObject({ at: 'block', height: evidence?.height })
  }
}

test('a silent leader: its slot is empty everywhere, and the next leader takes what waited', async () => {
  town = await LedgerTown.of({ validators: FOUR, faults: 1, rogues: ['leader'] })
  const id = await town.claim('bob', 'ada', 'adele')
  await town.slots(1)
  for (const outcome of outcomes(0)) expect(outcome).toMatchObject({ decision: 'nothing', why: 'no value came' })
  expect(town.chainOf('bob')).toEqual([])
  await town.slots(1)
  agree()
  expect(town.chainOf('dan')).toMatchObject([{ slot: 1, leader: { label: 'bob' }, entries: 1 }])
  expect(town.get('carol').ledger.entry(id as never).place).toMatchObject({ at: 'block', height: 1 })
})

describe('a leader that signs two blocks, one for each half', () => {
  test('of which neither has a quorum: nothing is decided, and the evidence lies in a later block', async () => {
    town = await LedgerTown.of({ validators: FIVE, faults: 1, rogues: ['leader'] })
    const rogue = town.rogue('leader')
    const id = await town.claim('bob', 'ada', 'adele')
    const { values } = twoBlocks('bob', [rogue])
    await town.to(0, 10)
    await rogue.say([town.nodesOf('bob', 'carol'), values[0]], [town.nodesOf('dan', 'eve'), values[1]])
    await town.before(1)
    for (const outcome of outcomes(0)) expect(outcome).toMatchObject({ decision: 'nothing', why: 'the leader signed two values' })
    await town.slots(6)
    agree()
    accused('leader', 0)
    expect(town.get('eve').ledger.entry(id as never).place).toMatchObject({ at: 'block' })
  })

  test('of which one has a quorum: it is decided everywhere, and the evidence lies in a later block', async () => {
    town = await LedgerTown.of({ validators: FOUR, faults: 1, rogues: ['leader'], followers: ['fay'] })
    const rogue = town.rogue('leader')
    const { blocks, values } = twoBlocks('bob', [rogue])
    await town.to(0, 10)
    await rogue.say([town.nodesOf('bob'), values[0]], [town.nodesOf('carol', 'dan'), values[1]])
    await town.before(1)
    agree()
    expect(town.chainOf('fay').map(({ id }) => id)).toEqual([blockIdOf(blocks[1].header.id)])
    await town.slots(8)
    agree()
    accused('leader', 0)
  })

  test('of one of which the entries are not those of its header: only the other one counts, and nobody is divided', async () => {
    town = await LedgerTown.of({ validators: FOUR, faults: 1, rogues: ['leader'] })
    const rogue = town.rogue('leader')
    const place = town.place(0, 'bob')
    const block = town.block(0, 'bob', [claimOfAnn()])
    await town.to(0, 10)
    // One value by its id, and another thing in it for some.
    const other = valueMessage(place, { ...block, entries: [] }, [rogue])
    await rogue.say([town.nodesOf('bob'), other], [town.nodesOf('carol', 'dan'), valueMessage(place, block, [rogue])])
    await town.before(1)
    agree()
    expect(town.chainOf('bob')).toMatchObject([{ entries: 1 }])
    expect(town.get('bob').node.offences).toMatchObject([{ why: 'consensus: another block than signed' }])
  })
})

describe('seven validators, two of them false', () => {
  const SEVEN = ['leader', 'bob', 'carol', 'dan', 'eve', 'fay', 'gus']
  const HONEST = SEVEN.slice(2)

  test.each([
    ['at the edge of the second round, to one', 1_000 - 40, [['carol'], ['dan']]],
    ['in the last round, to one', 1_000 + 40, [HONEST, ['dan']]],
    ['in the last moment of the last round, to all', 1_500 - 40, [HONEST, HONEST]],
  ])('who release a second value %s: one chain everywhere, and the evidence in it', async (_when, atMs, [one = [], other = []]) => {
    town = await LedgerTown.of({ validators: SEVEN, faults: 2, rogues: ['leader', 'bob'] })
    const [first, second] = [town.rogue('leader'), town.rogue('bob')]
    const value = twoBlocks('carol', [first]).values[0]
    const late = twoBlocks('carol', [first, second]).values[1]
    await town.to(0, 10)
    await first.say([town.nodesOf(...one), value])
    await town.to(0, atMs)
    await second.say([town.nodesOf(...other), late])
    await town.before(1)
    expect(new Set(outcomes(0).map((outcome) => JSON.stringify({ ...(outcome as object), offsetMs: 0, by: null }))).size).toBe(1)
    await town.claim('carol', 'ada', 'adele')
    await town.slots(10)
    agree()
    accused('leader', 0)
  })
})
