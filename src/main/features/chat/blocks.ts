import type { Database } from '../../platform/database.ts'
import { MAX_WANT_TRIES } from './limits.ts'

/** Content blocks, by the number of the entry that names them, and those that no carrier has given yet. */
export class Blocks {
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database) {
    this.#sql = prepareAll(database)
  }

  get(n: number): Uint8Array | null {
    return this.#sql.get.get(n)?.block ?? null
  }

  put(n: number, block: Uint8Array): void {
    this.#sql.put.run(n, block)
    this.#sql.found.run(n)
  }

  /** For good: it is not looked for again either. */
  erase(n: number): void {
    this.#sql.erase.run(n)
    this.#sql.found.run(n)
  }

  isMissing(n: number): boolean {
    return this.#sql.isMissing.get(n) !== undefined
  }

  miss(n: number, conversation: number): void {
    this.#sql.miss.run(n, conversation)
  }

  /** It is not looked for any more. */
  found(n: number): void {
    this.#sql.found.run(n)
  }

  /** After a start all are worth asking for again. */
  askAgain(): void {
    this.#sql.askAgain.run()
  }

  /** Gone for this person, and kept until those have it who are to have it. */
  owe(n: number): void {
    this.#sql.owe.run(n)
    this.#sql.found.run(n)
  }

  /** From one entry to another, all have what was kept for them. */
  settle(from: number, to: number): void {
    for (const { n } of this.#sql.owed.all(from, to)) {
      this.#sql.erase.run(n)
      this.#sql.paid.run(n)
    }
  }

  /** Those of a conversation that are worth asking for once more, the least asked for first; counts the asking. */
  wanted(conversation: number, limit: number): number[] {
    const wanted = this.#sql.wanted.all(conversation, MAX_WANT_TRIES, limit).map(({ n }) => n)
    for (const n of wanted) this.#sql.asked.run(n)
    return wanted
  }
}

function prepareAll(db: Database) {
  return {
    get: db.prepare<[number], { block: Uint8Array }>('SELECT block FROM chat_contents WHERE n = ?'),
    put: db.prepare<[number, Uint8Array]>('INSERT INTO chat_contents (n, block) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    erase: db.prepare<[number]>('DELETE FROM chat_contents WHERE n = ?'),
    miss: db.prepare<[number, number]>('INSERT INTO chat_missing (n, conversation) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    found: db.prepare<[number]>('DELETE FROM chat_missing WHERE n = ?'),
    isMissing: db.prepare<[number], object>('SELECT 1 FROM chat_missing WHERE n = ?'),
    wanted: db.prepare<[number, number, number], { n: number }>(
      'SELECT n FROM chat_missing WHERE conversation = ? AND tries < ? ORDER BY tries, n DESC LIMIT ?',
    ),
    owe: db.prepare<[number]>('INSERT INTO chat_owed (n) VALUES (?) ON CONFLICT DO NOTHING'),
    owed: db.prepare<[number, number], { n: number }>('SELECT n FROM chat_owed WHERE n BETWEEN ? AND ?'),
    paid: db.prepare<[number]>('DELETE FROM chat_owed WHERE n = ?'),
    askAgain: db.prepare<[]>('UPDATE chat_missing SET tries = 0 WHERE tries > 0'),
    asked: db.prepare<[number]>('UPDATE chat_missing SET tries = tries + 1 WHERE n = ?'),
  }
}
