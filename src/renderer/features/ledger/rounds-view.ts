import type { ValidatorRef } from '../../../shared/model/blocks.ts'
import type { SignatureMark, SlotRounds } from '../../../shared/model/consensus.ts'
import type { BlockId } from '../../../shared/model/ledger.ts'

export type Letter = 'A' | 'B' | 'C'
/** So many rounds are drawn in full, needed or not. */
const FEW_ROUNDS = 3

const letters: readonly Letter[] = ['A', 'B', 'C']

/** A block that somebody signed in a slot, by the letter it has there. */
export interface Value {
  letter: Letter
  block: BlockId
}

export interface GridMark {
  letter: Letter
  saying: SignatureMark['saying']
  offsetMs: number
  /** Where in its round it came, 0 … 1; null for what came after the last. */
  share: number | null
}

export interface GridRow {
  validator: ValidatorRef
  isLeader: boolean
  /** A list for each round. */
  rounds: readonly (readonly GridMark[])[]
  late: readonly GridMark[]
  commits: readonly GridMark[]
}

export interface Grid {
  values: readonly Value[]
  /** t + 1. */
  rounds: number
  /** From this round on none was needed; drawn narrow, where there are many. One more than `rounds`: all were. */
  idleFrom: number
  hasLate: boolean
  rows: readonly GridRow[]
  /** In which round it was decided and where in it; after the last one `round` is one more than there are. */
  decided: { round: number; share: number; offsetMs: number } | null
}

/** What was seen of a slot, as it is drawn: validators down, rounds across. */
export function gridOf(slot: SlotRounds): Grid {
  const { marks, roster, leader, faults, roundMs, outcome } = slot
  const rounds = faults + 1
  const values = valuesOf(slot)
  const letterOf = new Map(values.map(({ block, letter }) => [block, letter]))
  const inOrder = marks.toSorted((a, b) => a.offsetMs - b.offsetMs)
  const draw = (of: readonly SignatureMark[]): GridMark[] =>
    of.map(({ value, saying, offsetMs, round }) => ({
      letter: letterOf.get(value) ?? 'C',
      saying,
      offsetMs,
      share: saying === 'commit' || round > rounds ? null : within(offsetMs - (round - 1) * roundMs, roundMs),
    }))
  const rows = roster.map((validator, by) => {
    const own = inOrder.filter((mark) => mark.by === by)
    const signed = own.filter(({ saying }) => saying !== 'commit')
    return {
      validator,
      isLeader: by === leader,
      rounds: Array.from({ length: rounds }, (_, index) => draw(signed.filter(({ round }) => round === index + 1))),
      late: draw(signed.filter(({ round }) => round > rounds)),
      commits: draw(own.filter(({ saying }) => saying === 'commit')),
    }
  })
  const decided = decidedAt(outcome, rounds, roundMs)
  const used = Math.max(1, decided?.round ?? 1, ...signedRounds(marks, rounds))
  const idleFrom = rounds <= FEW_ROUNDS || outcome === null ? rounds + 1 : Math.min(used, rounds) + 1
  return { values, rounds, idleFrom, hasLate: rows.some(({ late }) => late.length > 0), rows, decided }
}

function signedRounds(marks: readonly SignatureMark[], rounds: number): number[] {
  return marks.filter(({ saying, round }) => saying !== 'commit' && round <= rounds).map(({ round }) => round)
}

/** The letters go by when a block was seen first; two of a session are taken, and one more can have a quorum. */
function valuesOf({ marks, outcome }: SlotRounds): Value[] {
  const seen = new Set(marks.toSorted((a, b) => a.offsetMs - b.offsetMs).map(({ value }) => value))
  if (outcome?.decision === 'block') seen.add(outcome.block)
  return [...seen].slice(0, letters.length).map((block, index) => ({ block, letter: letters[index] ?? 'C' }))
}

function decidedAt(outcome: SlotRounds['outcome'], rounds: number, roundMs: number): Grid['decided'] {
  if (outcome === null) return null
  const { offsetMs } = outcome
  const round = Math.min(rounds + 1, Math.floor(Math.max(0, offsetMs) / roundMs) + 1)
  const share = round > rounds ? 0 : within(offsetMs - (round - 1) * roundMs, roundMs)
  return { round, share, offsetMs }
}

/** A leader's own signature may stand before the slot began. */
function within(ms: number, roundMs: number): number {
  return Math.min(1, Math.max(0, ms / roundMs))
}
