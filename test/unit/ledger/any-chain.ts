import fc from 'fast-check'
import type { Block } from '../../../src/main/features/ledger/block.ts'
import type { Entry, Op } from '../../../src/main/features/ledger/entry.ts'
import { keys } from '../../../src/main/features/ledger/state.ts'
import { checkEntry } from '../../../src/main/features/ledger/validator.ts'
import { DAY } from '../../../src/shared/units.ts'
import { person, SALT, Town, townGenesis } from './town.ts'

const PEOPLE = ['ada', 'bob', 'eve', 'joe'].map(person)
const NAMES = ['adele', 'ade1e', 'modern', 'rnodern', 'some-name']

/** What somebody tries: most of it is refused, and what is not is a history. */
export interface Try {
  readonly who: number
  readonly op: 'claim' | 'register' | 'renew' | 'transfer' | 'release' | 'revoke'
  readonly name: number
  readonly to: number
}

export interface Turn {
  readonly tries: readonly Try[]
  readonly passMs: number
}

export const anyTry: fc.Arbitrary<Try> = fc.record({
  who: fc.nat(PEOPLE.length - 1),
  op: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('claim' as const, 'register' as const) },
    { weight: 4, arbitrary: fc.constantFrom('renew' as const, 'transfer' as const, 'release' as const) },
    { weight: 1, arbitrary: fc.constant('revoke' as const) },
  ),
  name: fc.nat(NAMES.length - 1),
  to: fc.nat(PEOPLE.length - 1),
})

export const anyTurns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({
    tries: fc.array(anyTry, { maxLength: 6 }),
    passMs: fc.constantFrom(0, 0, 0, DAY, 30 * DAY, 340 * DAY),
  }),
  { minLength: 1, maxLength: 25 },
)

/** A town where claims run out soon, so that histories have that too. */
export function quickTown(): Town {
  return new Town(townGenesis({ claimMaxBlocks: 4, maxNames: 3 }))
}

/** Plays the turns: a block for each, of all that is valid. */
export function play(town: Town, turns: readonly Turn[], onBlock: (block: Block, town: Town) => void = () => {}): void {
  for (const { tries, passMs } of turns) {
    const entries: Entry[] = []
    for (const one of tries) {
      const who = PEOPLE[one.who]
      // One entry of each account in a block keeps the numbers simple.
      if (who === undefined || entries.some(({ account }) => account === who.account)) continue
      const entry = town.entry(who, opOf(town, one), { untilMs: untilMs(town, one, passMs) })
      const block = [...entries, entry]
      if (isValidAt(town, block, passMs)) entries.push(entry)
    }
    onBlock(town.block(entries, passMs), town)
    town.grow(entries, passMs)
  }
}

function untilMs(town: Town, { op }: Try, passMs: number): number {
  return op === 'revoke' ? 0 : town.nextMs + passMs + DAY / 2
}

function isValidAt(town: Town, entries: readonly Entry[], passMs: number): boolean {
  const last = entries.at(-1)
  const at = { height: town.parent.height + 1, timeMs: town.nextMs + passMs }
  if (last === undefined || checkEntry(last, town.state, at, town.context).outcome !== 'valid') return false
  try {
    town.block(entries, passMs)
    return true
  } catch {
    return false
  }
}

/** What this account can do with some luck: opens what it claimed, and gives what it has or takes what it is offered. */
function opOf(town: Town, { op, who, name: number, to }: Try): Op {
  const [author, other] = [PEOPLE[who], PEOPLE[to]]
  if (author === undefined || other === undefined) throw new Error('nobody')
  const { account } = author
  const rotated = [...NAMES.slice(number), ...NAMES.slice(0, number)]
  const likely = rotated.find((name) => {
    if (op === 'register') return town.state.get(keys.claim(account, commitment(town, author, name))) !== undefined
    const record = town.state.get(keys.name(name))
    const isOffered = record?.offeredTo === account && op === 'transfer'
    return isOffered || record?.owner === account
  })
  const name = (op === 'claim' ? rotated[0] : likely) ?? rotated[0] ?? ''
  if (op === 'claim') return town.claim(author, name)
  if (op === 'register') return { kind: op, name, salt: SALT }
  if (op === 'revoke') return { kind: op }
  const takes = town.state.get(keys.name(name))?.offeredTo === account
  return op === 'transfer' ? { kind: op, name, to: takes ? account : other.account } : { kind: op, name }
}

function commitment(town: Town, author: ReturnType<typeof person>, name: string): string {
  const op = town.claim(author, name)
  return op.kind === 'claim' ? op.commitment : ''
}
