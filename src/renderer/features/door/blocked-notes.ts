import type { AccountId } from '../../../shared/ids.ts'
import type { Decision } from '../../../shared/model/door.ts'

/** How the log writes that somebody was blocked, and the note that was given; it may say of its gaps at the end. */
const NOTED = /^(?:answered: block the account|the account was blocked): (.+?)(?: \(\d+ [^()]*not listed\))?$/s

/** The latest note on each account, out of decisions newest first. */
export function notesIn(decisions: readonly Decision[]): ReadonlyMap<AccountId, string> {
  const notes = new Map<AccountId, string>()
  for (const { account, why } of decisions) {
    const note = NOTED.exec(why)?.[1]
    if (account !== null && note !== undefined && !notes.has(account)) notes.set(account, note)
  }
  return notes
}
