import type { Genesis } from './genesis.ts'
import { keys, type LedgerState, type RosterRecord } from './state.ts'
import { type Context, whyNoHandover } from './validator.ts'

/** Who decides on the block after `height`, as a state at that height or above tells it. Pure. */
export function rosterAfter(height: number, state: LedgerState, genesis: Genesis): RosterRecord {
  let roster = state.roster
  while (roster.sinceHeight > height) roster = rosterOfSeq(roster.seq - 1, state, genesis)
  return roster
}

/** Why the validators of a state do not follow from those of the genesis, one roster after another; null: they do. */
export function whyForeignRoster(
  state: LedgerState,
  genesis: Genesis,
  context: Pick<Context, 'network' | 'isApproved'>,
): string | null {
  let roster = firstRoster(genesis)
  const { roster: last } = state
  for (let seq = 1; seq <= last.seq; seq++) {
    const handover = state.get(keys.handover(seq))
    if (handover === undefined) return `roster ${seq} is missing`
    const why = whyNoHandover(handover, roster, context)
    if (why !== null) return `roster ${seq}: ${why}`
    roster = handover
  }
  const isSame = JSON.stringify(listed(roster)) === JSON.stringify(listed(last))
  return isSame ? null : 'its validators are not those of its last roster'
}

function rosterOfSeq(seq: number, state: LedgerState, genesis: Genesis): RosterRecord {
  if (seq <= 0) return firstRoster(genesis)
  const handover = state.get(keys.handover(seq))
  if (handover === undefined) throw new Error(`roster ${seq} is not in this state`)
  return handover
}

function firstRoster({ validators, faults }: Genesis): RosterRecord {
  return { seq: 0, sinceHeight: 0, faults, validators }
}

function listed({ seq, sinceHeight, faults, validators }: RosterRecord): unknown {
  return [seq, sinceHeight, faults, validators.map(({ key, label }) => [key, label])]
}
