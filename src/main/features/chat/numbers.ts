/** Entries of one log are numbered from its key times this; no log has as many. */
const LOG_SIZE = 2 ** 32

/** The number of an entry in the database. */
export function entryNumber(log: number, seq: number): number {
  return log * LOG_SIZE + seq
}

/** The log of an entry, and its place there. */
export function placeOf(n: number): { log: number; seq: number } {
  const log = Math.floor(n / LOG_SIZE)
  return { log, seq: n - log * LOG_SIZE }
}
