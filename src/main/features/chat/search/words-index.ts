import type { AccountId } from '../../../../shared/ids.ts'
import type { Database } from '../../../platform/database.ts'
import { readContent } from '../../../protocols/chat/index.ts'
import { accountFacet, conversationFacet, kindFacet, kindsOf } from './facets.ts'
import { MAX_INDEXED_A_TURN, MAX_UNINDEXED_A_TURN, MERGE_PAGES, PIECES_BEFORE_MERGE } from './limits.ts'
import { migrations } from './migrations.ts'
import { wordsOf } from './words.ts'

/** Keys of one millisecond. */
export const KEYS_A_MS = 2_048

/**
 * The words that count now of every message, edits and names of files included. Triggers of the database note which messages are
 * to be looked at, and have those not found any more that are gone; here the index follows, in short transactions.
 */
export class WordsIndex {
  readonly #database: Database
  readonly #sql: ReturnType<typeof prepareAll>
  /** As before a start nobody counted. */
  #pieces = PIECES_BEFORE_MERGE

  constructor(database: Database) {
    database.migrate('chat-search', migrations)
    this.#database = database
    this.#sql = prepareAll(database)
  }

  /** One short transaction of what is to be done: what is gone first. False: nothing is left to do. */
  turn(): boolean {
    return this.#database.transaction(() => this.#takeOut() || this.#putIn() || this.#merge())
  }

  isBehind(): boolean {
    return this.#sql.isDue.get() !== undefined
  }

  #takeOut(): boolean {
    const gone = this.#sql.someGone.all(MAX_UNINDEXED_A_TURN)
    if (gone.length === 0) return false
    if (this.#sql.isAny.get() === undefined) {
      this.#sql.unindexAll.run()
      this.#sql.noneGone.run()
      return true
    }
    for (const { key, words } of gone) {
      this.#sql.unindex.run(key, words)
      this.#sql.isOut.run(key)
    }
    this.#pieces++
    return true
  }

  #putIn(): boolean {
    const due = this.#sql.someDue.all(MAX_INDEXED_A_TURN)
    for (const { n } of due) {
      this.#look(n)
      this.#sql.isDone.run(n)
    }
    if (due.length > 0) this.#pieces++
    return due.length > 0
  }

  /** SQLite counts less than two changes where there was nothing to put together. */
  #merge(): boolean {
    if (this.#pieces < PIECES_BEFORE_MERGE) return false
    const before = this.#sql.changes.get()?.count ?? 0
    this.#sql.merge.run()
    if ((this.#sql.changes.get()?.count ?? 0) - before >= 2) return true
    this.#pieces = 0
    return false
  }

  #look(n: number): void {
    const row = this.#sql.message.get(n)
    const words = row === undefined ? null : this.#wordsOf(n, row)
    const before = this.#sql.known.get(n)
    if (words === (before?.words ?? null)) return
    if (before !== undefined) {
      this.#sql.gone.run(before.key, before.words)
      this.#sql.remove.run(n)
    }
    if (row === undefined || words === null) return
    // Only what its author says of the time has it stand later than it came.
    const key = this.#freeKey(n, Math.min(row.sentMs, row.storedMs))
    this.#sql.add.run(key, n, words)
    this.#sql.index.run(key, words)
  }

  #wordsOf(n: number, row: MessageRow): string | null {
    if (row.isNotice === 1 || row.deletedBy !== null) return null
    const first = this.#said(n)
    const base = first?.kind === 'message' ? first : null
    const edit = row.words === n ? null : this.#said(row.words)
    const text = row.text ?? (edit?.kind === 'edit' ? edit.text : (base?.text ?? null))
    if (text === null) return null
    const files = base?.files ?? []
    const words = [text, ...files.map(({ name }) => name)].flatMap((part) => wordsOf(part).map(({ word }) => word))
    const facets = [conversationFacet(row.conversation), accountFacet(row.account), ...kindsOf(text, files).map(kindFacet)]
    return [...words, ...facets].join(' ')
  }

  #said(n: number): ReturnType<typeof readContent> {
    const block = this.#sql.block.get(n)?.block
    return block === undefined ? null : readContent(block)
  }

  /** Where many say the same millisecond, later ones stand ever further behind it, so that looking for room stays short. */
  #freeKey(n: number, atMs: number): number {
    for (let tries = 0; ; tries++) {
      const behindMs = tries === 0 ? 0 : (n * 31 + tries * 7_919) % 2 ** Math.min(tries, 30)
      const key = (atMs + behindMs) * KEYS_A_MS + ((n + tries * 389) % KEYS_A_MS)
      if (this.#sql.isTaken.get(key, key) === undefined) return key
    }
  }
}

interface MessageRow {
  readonly conversation: number
  readonly account: AccountId
  readonly words: number
  readonly deletedBy: string | null
  readonly isNotice: number
  readonly text: string | null
  readonly sentMs: number
  readonly storedMs: number
}

function prepareAll(db: Database) {
  return {
    message: db.prepare<[number], MessageRow>(
      `SELECT m.conversation, m.account, m.words, m.deleted_by AS deletedBy, m.is_notice AS isNotice, e.text,
         e.sent_ms AS sentMs, e.stored_ms AS storedMs
       FROM chat_messages m JOIN chat_entries e ON e.n = m.n WHERE m.n = ?`,
    ),
    block: db.prepare<[number], { block: Uint8Array }>('SELECT block FROM chat_contents WHERE n = ?'),
    known: db.prepare<[number], { key: number; words: string }>('SELECT key, words FROM chat_words WHERE n = ?'),
    isTaken: db.prepare<[number, number], object>(
      'SELECT 1 FROM chat_words WHERE key = ? UNION ALL SELECT 1 FROM chat_words_gone WHERE key = ?',
    ),
    add: db.prepare<[number, number, string]>('INSERT INTO chat_words (key, n, words) VALUES (?, ?, ?)'),
    remove: db.prepare<[number]>('DELETE FROM chat_words WHERE n = ?'),
    isAny: db.prepare<[], object>('SELECT 1 FROM chat_words LIMIT 1'),
    gone: db.prepare<[number, string]>('INSERT INTO chat_words_gone (key, words) VALUES (?, ?)'),
    someGone: db.prepare<[number], { key: number; words: string }>('SELECT key, words FROM chat_words_gone LIMIT ?'),
    isOut: db.prepare<[number]>('DELETE FROM chat_words_gone WHERE key = ?'),
    noneGone: db.prepare('DELETE FROM chat_words_gone'),
    someDue: db.prepare<[number], { n: number }>('SELECT n FROM chat_words_due ORDER BY n DESC LIMIT ?'),
    isDue: db.prepare<[], object>('SELECT 1 FROM chat_words_due LIMIT 1'),
    isDone: db.prepare<[number]>('DELETE FROM chat_words_due WHERE n = ?'),
    index: db.prepare<[number, string]>('INSERT INTO chat_find (rowid, words) VALUES (CAST(? AS INTEGER), ?)'),
    unindex: db.prepare<[number, string]>(
      `INSERT INTO chat_find (chat_find, rowid, words) VALUES ('delete', CAST(? AS INTEGER), ?)`,
    ),
    unindexAll: db.prepare(`INSERT INTO chat_find (chat_find) VALUES ('delete-all')`),
    merge: db.prepare(`INSERT INTO chat_find (chat_find, rank) VALUES ('merge', ${MERGE_PAGES})`),
    changes: db.prepare<[], { count: number }>('SELECT total_changes() AS count'),
  }
}
