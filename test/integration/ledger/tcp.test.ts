import { afterEach, expect, test } from 'vitest'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { commitMessage, valueMessage } from '../../helpers/ledger-rogue.ts'
import { LedgerTown } from '../../helpers/ledger-town.ts'

/** Long enough for a machine that does other things meanwhile. */
const times = { roundMs: 1 * SECOND, slotMs: 3 * SECOND }
const PATIENCE = { withinMs: 90_000, everyMs: 20 }

let town: LedgerTown

afterEach(() => town.close())

/** The next slot that this validator leads, and that nobody has opened yet. */
async function nextSlotOf(name: string): Promise<number> {
  let slot = town.nextSlot + 1
  while (town.leaderOf(slot) !== name) slot++
  await town.before(slot)
  return slot
}

const place = (name: string, id: string): string => town.get(name).ledger.entry(id as never).place.at

test('over TCP: a leader gives two blocks to two halves, commits to both, and is on the ledger for it', async () => {
  const validators = ['leader', 'bob', 'carol', 'dan', 'eve']
  town = await LedgerTown.of({ validators, faults: 1, rogues: ['leader'], followers: ['fay'], transport: 'tcp', times })
  const rogue = town.rogue('leader')
  const slot = await nextSlotOf('leader')
  const at = town.place(slot, 'bob')
  const entry = town.write('ann', town.claimOf('ann', 'anne'))
  const [one, other] = [town.block(slot, 'bob'), town.block(slot, 'bob', [entry])] as const
  await town.to(slot, 50)
  await rogue.say(
    [town.nodesOf('bob', 'carol'), valueMessage(at, one, [rogue])],
    [town.nodesOf('dan', 'eve'), valueMessage(at, other, [rogue])],
    [town.nodesOf('bob', 'dan'), commitMessage(at, one.header.id, [rogue])],
    [town.nodesOf('carol', 'eve'), commitMessage(at, other.header.id, [rogue])],
  )
  const id = await town.claim('carol', 'ada', 'adele')
  await eventually('evidence on the ledger', () =>
    town.all.every(({ ledger }) => ledger.evidence().some(({ height, slot: of }) => height !== null && of === slot)), PATIENCE)
  await eventually('what was submitted', () => town.all.every(({ name }) => place(name, id) === 'block'), PATIENCE)
  await eventually('one head', () => town.heads().length === 1, PATIENCE)
  const outcomes = town.all.flatMap(({ ledger }) => ledger.rounds().filter((rounds) => rounds.slot === slot))
  const decisions = outcomes.map(({ outcome }) => (outcome?.decision === 'block' ? outcome.block : outcome?.decision))
  expect(decisions).toHaveLength(4)
  expect(new Set(decisions).size).toBe(1)
  for (const { ledger } of town.all) {
    expect(ledger.validators().filter(({ accused }) => accused).map(({ label }) => label)).toEqual(['leader'])
  }
}, 120_000)
