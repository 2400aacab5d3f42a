import { AGAIN_MS, FIRST_AFTER_MS } from './limits.ts'

/** When the next backup is made, from now. `lastMs`: the last one that worked; `failed`: the last one did not. */
export function dueAfterMs(nowMs: number, everyMs: number, lastMs: number | null, failed: boolean): number {
  if (failed) return Math.min(AGAIN_MS, everyMs)
  // A clock that was set back does not put it off for years.
  const dueMs = lastMs === null || lastMs > nowMs ? nowMs : lastMs + everyMs
  return Math.max(FIRST_AFTER_MS, dueMs - nowMs)
}

const PREFIX = 'Latch'
const SUFFIX = '.latchbackup'
/** Enough of an account's id that two of them in one folder do not prune each other's. */
const ID_LENGTH = 8

/** What a backup that makes itself is called: sorted by name they are sorted by time. */
export function nameOf(account: string, nowMs: number): string {
  const at = new Date(nowMs).toISOString().replace(/\.\d+Z$/, '').replaceAll(':', '-')
  return `${PREFIX} ${account.slice(-ID_LENGTH)} ${at}${SUFFIX}`
}

/** Those of one account beyond the newest `keep`; what is called otherwise is not ours to remove. */
export function tooMany(names: readonly string[], account: string, keep: number): string[] {
  const ours = new RegExp(`^${PREFIX} ${account.slice(-ID_LENGTH)} \\d{4}-\\d{2}-\\d{2}T\\d{2}-\\d{2}-\\d{2}${SUFFIX.replace('.', '\\.')}$`)
  return names.filter((name) => ours.test(name)).toSorted().toReversed().slice(keep)
}
