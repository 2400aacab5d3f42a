import type { AccountId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import type { Act } from './fold.ts'

/** An act, and what it is done to: a message, by its id, or the conversation itself. */
export interface NewAct extends Omit<Act, 'kind'> {
  readonly target: string
  readonly kind: Act['kind'] | 'disappear'
}

/** What was done to messages, also to those that have not come yet. */
export class Acts {
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database) {
    this.#sql = prepareAll(database)
  }

  add({ n, target, kind, account, ord, value, atMs }: NewAct): void {
    this.#sql.add.run(n, target, kind, account, ord, value, atMs)
  }

  on(target: string): Act[] {
    return this.#sql.on.all(target)
  }

  /** How long messages of a conversation stay, by the last word on it; null: nobody said. */
  disappearAfterMs(conversation: string): number | null {
    const value = this.#sql.disappear.get(conversation)?.value ?? ''
    return value === '' ? null : Number(value)
  }

  forget(target: string): void {
    this.#sql.forget.run(target)
  }
}

function prepareAll(db: Database) {
  return {
    add: db.prepare<[number, string, string, AccountId, string, string, number]>(
      `INSERT INTO chat_acts (n, target, kind, account, ord, value, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    on: db.prepare<[string], Act>('SELECT n, kind, account, ord, value, at_ms AS atMs FROM chat_acts WHERE target = ?'),
    disappear: db.prepare<[string], { value: string }>(
      `SELECT value FROM chat_acts WHERE target = ? AND kind = 'disappear' ORDER BY ord DESC LIMIT 1`,
    ),
    forget: db.prepare<[string]>('DELETE FROM chat_acts WHERE target = ?'),
  }
}
