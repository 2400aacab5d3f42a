import type { Decision } from '../../../shared/model/door.ts'
import { SECOND } from '../../../shared/units.ts'

/** Long enough to be read by somebody who was looking elsewhere. */
export const TOLD_MS = 8 * SECOND

/** Who came in by a rule that tells, and only just: newest first. What a person answered here they know. */
export function toldNow(decisions: readonly Decision[], nowMs: number): Decision[] {
  return decisions.filter(
    ({ verdict, by, atMs }) => verdict === 'allow-and-tell' && by !== 'person' && nowMs - atMs < TOLD_MS,
  )
}
