/** The round of a moment so long after the slot began. What comes before it began (a clock that is ahead) is of the first. */
export function roundAt(offsetMs: number, roundMs: number): number {
  return Math.max(1, Math.floor(offsetMs / roundMs) + 1)
}

/** When a round ends, counted from the slot's start. */
export function endOf(round: number, roundMs: number): number {
  return round * roundMs
}
