import type { TraceStep } from '../../../shared/model/chat.ts'
import type { Route } from '../../../shared/model/peers.ts'
import type { Database } from '../../platform/database.ts'
import type { AccountId } from '../../../shared/ids.ts'
import { MAX_ATTEMPT_LINES } from './limits.ts'
import type { StoredMessage } from './message-store.ts'

/** One thing that was tried for everything that waits for an account. `code`: a short word; equal lines are counted. */
export interface Attempt {
  readonly step: 'tried' | 'failed' | 'waits'
  readonly code: string
  readonly route: Route | null
  readonly detail: string
}

/** The code of what lasts: said once, however often it was met. */
export const LASTING = 'lasting'

export interface AttemptLine extends Attempt {
  readonly times: number
  readonly lastMs: number
}

export interface MilestoneLine {
  readonly sentMs: number | null
  readonly atMs: number
  readonly route: Route | null
  /** Of what is held: by whom, and until when. */
  readonly detail: string
}

/** What happened for one account. */
export interface TraceFor {
  readonly account: AccountId
  readonly attempts: readonly AttemptLine[]
  readonly held: MilestoneLine | null
  readonly delivered: MilestoneLine | null
  readonly read: MilestoneLine | null
}

/**
 * The delivery trace of a message of ours: what happened to it, and what was tried for each account while it waited,
 * equal tries as one line, in the order of when it happened last. Where there is one account only, it is not named.
 */
export function compose({ message }: StoredMessage, all: readonly TraceFor[]): TraceStep[] {
  const stored = { atMs: message.storedMs, route: null, detail: 'Stored on this device.', account: null }
  if (!message.mine) return [{ ...stored, step: 'delivered' }]
  const steps = all.flatMap((one) => stepsFor(one).map((step) => ({ ...step, account: all.length > 1 ? one.account : null })))
  return [{ ...stored, step: 'queued' }, ...steps]
}

function stepsFor({ account, attempts, held, delivered, read }: TraceFor): TraceStep[] {
  const steps: TraceStep[] = []
  const tried = attempts.filter((line) => delivered === null || line.lastMs <= delivered.atMs)
  // What comes next is only of interest while it has not come.
  for (const line of counted(tried)) if (delivered === null || line.step !== 'waits') steps.push(stepOf(line, account))
  if (held !== null) steps.push({ atMs: held.atMs, step: 'held', route: held.route, detail: held.detail, account })
  if (delivered !== null) {
    const { sentMs, atMs, route } = delivered
    if (sentMs !== null) steps.push({ atMs: sentMs, step: 'sent', route, detail: 'Sent to a device of theirs.', account })
    steps.push({ atMs, step: 'delivered', route, detail: 'A device of theirs stored it.', account })
  }
  if (read !== null) steps.push({ atMs: read.atMs, step: 'read', route: null, detail: 'They say they have read it.', account })
  return steps.toSorted((a, b) => a.atMs - b.atMs)
}

function counted(lines: readonly AttemptLine[]): AttemptLine[] {
  const byWhat = new Map<string, AttemptLine>()
  for (const line of lines) {
    const what = `${line.step} ${line.code} ${line.route ?? ''}`
    const earlier = byWhat.get(what)
    byWhat.delete(what)
    byWhat.set(what, { ...line, times: line.times + (earlier?.times ?? 0) })
  }
  return [...byWhat.values()].toSorted((a, b) => a.lastMs - b.lastMs)
}

function stepOf({ lastMs, step, code, route, detail, times }: AttemptLine, account: AccountId): TraceStep {
  return { account, atMs: lastMs, step, route, detail: times === 1 || code === LASTING ? detail : `${detail} (${times} times, this is the last)` }
}

/** What was tried, and how far each log came when. */
export class TraceStore {
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database) {
    this.#sql = prepareAll(database)
  }

  /** Notes what one try came to, made for all entries stored up to the time `upto`. */
  add(account: AccountId, upto: number, attempts: readonly Attempt[], nowMs: number): void {
    for (const { step, code, route, detail } of attempts) {
      this.#sql.add.run(account, upto, step, code, route ?? '', detail, nowMs)
    }
    this.#sql.prune.run(account, account, MAX_ATTEMPT_LINES)
  }

  /** For each of those who are to have it. */
  of(stored: StoredMessage, audience: readonly AccountId[]): TraceStep[] {
    const lines = audience.map((account) => {
      const rows = this.#sql.attempts.all(account, stored.message.storedMs)
      const attempts = rows.map((row) => ({ ...row, route: row.route === '' ? null : row.route }))
      const at = (step: string): MilestoneLine | null => this.#sql.milestone.get(stored.log, account, step, stored.seq) ?? null
      return { account, attempts, held: at('held'), delivered: at('delivered'), read: at('read') }
    })
    return compose(stored, lines)
  }
}

function prepareAll(db: Database) {
  return {
    add: db.prepare<[string, number, string, string, string, string, number]>(
      `INSERT INTO chat_attempts (account, upto, step, code, route, detail, last_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (account, upto, step, code, route)
       DO UPDATE SET times = times + 1, detail = excluded.detail, last_ms = excluded.last_ms`,
    ),
    prune: db.prepare<[string, string, number]>(
      `DELETE FROM chat_attempts WHERE account = ? AND key <= (
         SELECT key FROM chat_attempts WHERE account = ? ORDER BY key DESC LIMIT 1 OFFSET ?)`,
    ),
    attempts: db.prepare<[string, number], Omit<AttemptLine, 'route'> & { route: Route | '' }>(
      `SELECT step, code, route, detail, times, last_ms AS lastMs FROM chat_attempts
       WHERE account = ? AND upto >= ? ORDER BY key`,
    ),
    milestone: db.prepare<[number, string, string, number], MilestoneLine>(
      `SELECT sent_ms AS sentMs, at_ms AS atMs, route, detail FROM chat_milestones
       WHERE log = ? AND account = ? AND step = ? AND seq >= ? ORDER BY seq LIMIT 1`,
    ),
  }
}
