import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import type { Act } from './fold.ts'
import { MAX_ACTS_OF_A_LOG, MAX_TIMERS_OF_A_LOG } from './limits.ts'
import { entryNumber, placeOf } from './numbers.ts'

/** An act, and what it is done to: a message, by its id, or the conversation itself. */
export interface NewAct extends Omit<Act, 'kind'> {
  readonly target: string
  readonly kind: Act['kind'] | 'disappear'
}

/** An act, and which device's log it is in. */
export interface PlacedAct extends Act {
  readonly device: PeerId
  readonly conversation: number
}

/** What became of an act: whether it counts, and the one that counts no more for it. */
export interface Added {
  readonly isKept: boolean
  readonly instead: number | null
}

/** What was done to messages, also to those that have not come yet. */
export class Acts {
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database) {
    this.#sql = prepareAll(database)
  }

  /**
   * Of one log, the first acts of each kind on each message count and the rest do not: so a million of them cost no more to
   * look at than a few, and whatever order they come in, the same ones are left.
   */
  add({ n, target, kind, account, ord, value, atMs }: NewAct): Added {
    const { log } = placeOf(n)
    const having = this.#sql.having.get(target, entryNumber(log, 0), entryNumber(log + 1, 0), kind)
    const isFull = having !== undefined && having.count >= boundOf(kind)
    if (isFull && n > having.last) return { isKept: false, instead: null }
    this.#sql.add.run(n, target, kind, account, ord, value, atMs)
    if (!isFull) return { isKept: true, instead: null }
    this.#sql.remove.run(target, having.last)
    return { isKept: true, instead: having.last }
  }

  on(target: string): PlacedAct[] {
    return this.#sql.on.all(target)
  }

  /** How long messages of a conversation stay, by the last word on it that counts; null: nobody said. */
  disappearAfterMs(conversation: string, counts: (act: PlacedAct) => boolean): number | null {
    const value = this.#sql.disappear.all(conversation).find((act) => counts(act))?.value ?? ''
    return value === '' ? null : Number(value)
  }

  remove(target: string, n: number): void {
    this.#sql.remove.run(target, n)
  }

  forget(target: string): void {
    this.#sql.forget.run(target)
  }
}

/** Taken back once is taken back. */
function boundOf(kind: NewAct['kind']): number {
  if (kind === 'delete') return 1
  return kind === 'disappear' ? MAX_TIMERS_OF_A_LOG : MAX_ACTS_OF_A_LOG
}

function prepareAll(db: Database) {
  return {
    add: db.prepare<[number, string, string, AccountId, string, string, number]>(
      `INSERT INTO chat_acts (n, target, kind, account, ord, value, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    having: db.prepare<[string, number, number, string], { count: number; last: number }>(
      'SELECT count(*) AS count, coalesce(max(n), 0) AS last FROM chat_acts WHERE target = ? AND n > ? AND n < ? AND kind = ?',
    ),
    on: db.prepare<[string], PlacedAct>(
      `SELECT a.n, a.kind, a.account, a.ord, a.value, a.at_ms AS atMs, l.device, l.conversation
       FROM chat_acts a JOIN chat_logs l ON l.key = a.n / ${entryNumber(1, 0)} WHERE a.target = ?`,
    ),
    disappear: db.prepare<[string], PlacedAct>(
      `SELECT a.n, a.kind, a.account, a.ord, a.value, a.at_ms AS atMs, l.device, l.conversation
       FROM chat_acts a JOIN chat_logs l ON l.key = a.n / ${entryNumber(1, 0)}
       WHERE a.target = ? AND a.kind = 'disappear' ORDER BY a.ord DESC`,
    ),
    remove: db.prepare<[string, number]>('DELETE FROM chat_acts WHERE target = ? AND n = ?'),
    forget: db.prepare<[string]>('DELETE FROM chat_acts WHERE target = ?'),
  }
}
