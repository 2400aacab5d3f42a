import type { PeerId } from '../../../../shared/ids.ts'
import type { SlotRounds } from '../../../../shared/model/consensus.ts'
import { blockIdOf, type Hex, networkIdOf } from '../bytes.ts'
import { type Genesis, type Roster, slotStartMs } from '../genesis.ts'
import type { AgreementEvent, SlotToDecide } from '../types.ts'
import { ROUNDS_KEPT } from './limits.ts'
import { validatorRef } from './people.ts'

/** A validator says two firsts and a commit at the most, and of two values: more is nothing that a grid shows. */
const MAX_MARKS_EACH = 4

export function openRounds(
  { slot, startMs, roundMs, roster, parent }: Pick<SlotToDecide, 'slot' | 'startMs' | 'roundMs' | 'roster' | 'parent'>,
  me: PeerId,
): SlotRounds {
  return {
    slot,
    startMs,
    roundMs,
    faults: roster.faults,
    roster: roster.validators.map(({ key }) => validatorRef(key, roster, me)),
    leader: slot % roster.validators.length,
    parent: parent.height === 0 ? networkIdOf(parent.id) : blockIdOf(parent.id),
    marks: [],
    outcome: null,
    certified: null,
    abstained: null,
  }
}

/** With what was heard; the same where it shows nothing. Pure. */
export function withEvent(rounds: SlotRounds, event: AgreementEvent): SlotRounds {
  const { offsetMs } = event
  switch (event.event) {
    case 'signed': {
      const { by, saying, round } = event
      const value = blockIdOf(event.id)
      // A signature that came with a quorum comes once more with its value.
      const isShown = rounds.marks.some((one) => one.by === by && one.saying === saying && one.value === value)
      if (isShown || rounds.marks.length >= MAX_MARKS_EACH * rounds.roster.length) return rounds
      return { ...rounds, marks: [...rounds.marks, { by, saying, round, value, offsetMs }] }
    }
    case 'decided': {
      const { outcome } = event
      if (outcome.decision === 'nothing') return { ...rounds, outcome: { ...outcome, offsetMs } }
      const { id, by } = outcome
      return { ...rounds, outcome: { decision: 'block', block: blockIdOf(id), by, offsetMs } }
    }
    case 'certified':
      return { ...rounds, certified: { block: blockIdOf(event.id), signers: event.signers, offsetMs } }
    case 'abstained':
      return { ...rounds, abstained: event.why }
    case 'evidence':
      return rounds
  }
}

/** What was seen of the last slots. In memory: who signed what, and when, is of interest while it is fresh. */
export class Rounds {
  readonly #me: PeerId
  readonly #kept = new Map<string, SlotRounds>()

  constructor(me: PeerId) {
    this.#me = me
  }

  open(slot: SlotToDecide): SlotRounds {
    const name = nameOf(slot.slot, slot.parent.id)
    const before = this.#kept.get(name)
    if (before !== undefined) return before
    const opened = openRounds(slot, this.#me)
    this.#kept.set(name, opened)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > ROUNDS_KEPT + 1 && oldest !== undefined) this.#kept.delete(oldest)
    return opened
  }

  /** What is shown now; null where the slot is none of these, as it is of another network or long ago. */
  hear(event: AgreementEvent): SlotRounds | null {
    const name = nameOf(event.slot, event.parent)
    const before = this.#kept.get(name)
    if (before === undefined) return null
    const after = withEvent(before, event)
    this.#kept.set(name, after)
    return after
  }

  has(slot: number, parent: Hex): 'open' | 'unknown' {
    return this.#kept.has(nameOf(slot, parent)) ? 'open' : 'unknown'
  }

  /** The newest first. */
  list(): SlotRounds[] {
    return [...this.#kept.values()].toReversed()
  }
}

/** One slot may be decided on two branches. */
function nameOf(slot: number, parent: Hex): string {
  return `${slot} ${parent}`
}

/** A slot as it is given to whoever decides, but for the judging. */
export function slotOf(
  genesis: Genesis,
  network: Hex,
  roster: Roster,
  slot: number,
): Omit<SlotToDecide, 'parent' | 'whyNot'> {
  return { network, roster, roundMs: genesis.roundMs, slot, startMs: slotStartMs(genesis, slot) }
}
