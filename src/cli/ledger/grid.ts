import type { SignatureMark, SlotRounds } from '../../shared/model/consensus.ts'
import type { BlockId } from '../../shared/model/ledger.ts'
import { table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'
import { millis, outcomeText, validatorName } from './words.ts'

/*
 * One slot as a grid of validators and rounds:
 *
 *   Slot 41, 14:03, led by "desk"; t = 1, Δ 500 ms
 *   VALIDATOR    ROUND 1                    ROUND 2
 *   "desk" leads A 0 ms, commits A 18 ms
 *   "barn"       A 12 ms                    B second 230 ms
 *   A = bafy…qx3abcde  B = bafy…zk4mnopq
 *   Decided: block bafy…qx3abcde by a quorum after 18 ms; certified by 3 of 4 after 31 ms
 */
export function describeSlot(slot: SlotRounds, nowMs: number): string[] {
  const letters = lettersOf(slot.marks)
  const rounds = slot.faults + 1
  const isLate = slot.marks.some(({ round }) => round > rounds)
  const columns = Array.from({ length: rounds }, (_, at) => at + 1)
  const headings = ['VALIDATOR', ...columns.map((round) => `ROUND ${round}`), ...(isLate ? ['LATER'] : [])]
  const rows = slot.roster.map((validator, by) => {
    const marks = slot.marks.filter((mark) => mark.by === by).toSorted((one, other) => one.offsetMs - other.offsetMs)
    const within = (holds: (round: number) => boolean): string =>
      marks
        .filter(({ round }) => holds(round))
        .map((mark) => markText(mark, letters))
        .join(', ') || '-'
    return [
      validatorName(validator) + (by === slot.leader ? ' leads' : ''),
      ...columns.map((column) => within((round) => round === column)),
      ...(isLate ? [within((round) => round > rounds)] : []),
    ]
  })
  const leader = slot.roster[slot.leader]
  return [
    `Slot ${slot.slot}, ${time(slot.startMs, nowMs)}, led by ${leader === undefined ? 'nobody' : validatorName(leader)}; ` +
      `t = ${slot.faults}, Δ ${millis(slot.roundMs)}`,
    ...table(headings, rows),
    ...(letters.size === 0 ? [] : [[...letters].map(([id, letter]) => `${letter} = ${short(id)}`).join('  ')]),
    ...endOf(slot),
  ]
}

function endOf(slot: SlotRounds): string[] {
  const { certified, abstained } = slot
  const outcome = outcomeText(slot)
  const shown =
    certified === null ? '' : `; certified by ${certified.signers} of ${slot.roster.length} after ${millis(certified.offsetMs)}`
  return [
    ...(abstained === null ? [] : [`This device only watched: ${oneLine(abstained)}`]),
    outcome === null ? 'Open.' : `Decided: ${outcome}${shown}`,
  ]
}

/** Values in the order in which they were seen: A, B, and with liars among the validators C. */
function lettersOf(marks: readonly SignatureMark[]): Map<BlockId, string> {
  const seen = new Set(marks.toSorted((one, other) => one.offsetMs - other.offsetMs).map(({ value }) => value))
  return new Map([...seen].map((value, at) => [value, LETTERS[at] ?? '?']))
}
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

function markText({ saying, value, offsetMs }: SignatureMark, letters: ReadonlyMap<BlockId, string>): string {
  const letter = letters.get(value) ?? '?'
  const what = { first: letter, second: `${letter} second`, commit: `commits ${letter}` }[saying]
  return `${what} ${millis(offsetMs)}`
}

/** Whether nothing is to come of a slot that would change its picture much: for following, where each is shown once. */
export function isOver({ outcome, certified }: SlotRounds): boolean {
  return outcome !== null && (outcome.decision === 'nothing' || certified !== null)
}

/** Nobody said anything in it. Where nothing waits, as it is most of the time. */
export function isIdle({ outcome, marks }: SlotRounds): boolean {
  return marks.length === 0 && outcome?.decision === 'nothing'
}

/** Slots as they come, newest first; those after another in which nobody said anything are one line. */
export function describeSlots(slots: readonly SlotRounds[], nowMs: number): string[] {
  const lines: string[][] = []
  for (let at = 0; at < slots.length; ) {
    const idle = slots.slice(at).findIndex((slot) => !isIdle(slot))
    const run = slots.slice(at, idle === -1 ? slots.length : at + idle)
    const [newest, oldest] = [run.at(0), run.at(-1)]
    const slot = slots[at]
    if (newest !== undefined && oldest !== undefined) lines.push([idleText(oldest, newest, nowMs)])
    else if (slot !== undefined) lines.push(describeSlot(slot, nowMs))
    at += Math.max(1, run.length)
  }
  return lines.flatMap((text, at) => [...(at === 0 ? [] : ['']), ...text])
}

function idleText(oldest: SlotRounds, newest: SlotRounds, nowMs: number): string {
  if (oldest === newest) return `Slot ${oldest.slot}, ${time(oldest.startMs, nowMs)}: nobody proposed anything.`
  return `Slots ${oldest.slot} to ${newest.slot}, since ${time(oldest.startMs, nowMs)}: nobody proposed anything.`
}
