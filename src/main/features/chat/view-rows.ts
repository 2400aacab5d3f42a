import type { AccountId, MessageId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'

export interface ShownRow {
  readonly n: number
  readonly conversation: number
  readonly account: AccountId
  readonly deletedBy: AccountId | null
  readonly hidden: number
}

/** What the view reads and writes. */
export function prepareAll(db: Database) {
  return {
    // To what the roster says between messages nothing is done.
    row: db.prepare<[string], ShownRow>(
      `SELECT m.n, m.conversation, m.account, m.deleted_by AS deletedBy, m.hidden FROM chat_entries e
       JOIN chat_messages m ON m.n = e.n WHERE e.id = ? AND m.is_notice = 0`,
    ),
    isEntry: db.prepare<[string], object>('SELECT 1 FROM chat_entries WHERE id = ?'),
    byNumber: db.prepare<[number], { id: MessageId }>('SELECT id FROM chat_entries WHERE n = ?'),
    add: db.prepare<[number, number, number, string, string, number, number | null, number, number]>(
      `INSERT INTO chat_messages (n, conversation, position, ord, account, words, expires_ms, names_me, hidden)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    named: db.prepare<[number, number]>('UPDATE chat_messages SET names_me = ? WHERE n = ?'),
    legacy: db.prepare<[string, number]>('UPDATE chat_entries SET text = ? WHERE n = ?'),
    eraseLegacy: db.prepare<[number]>(`UPDATE chat_entries SET text = NULL WHERE n = ? AND text IS NOT NULL`),
    refold: db.prepare<[number, number | null, string | null, string | null, number]>(
      'UPDATE chat_messages SET words = ?, edited_ms = ?, deleted_by = ?, pinned_ord = ? WHERE n = ?',
    ),
    offer: db.prepare<[string, number]>('INSERT INTO chat_offers (file, n) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    unoffer: db.prepare<[number]>('DELETE FROM chat_offers WHERE n = ?'),
    remove: db.prepare<[number]>('DELETE FROM chat_messages WHERE n = ?'),
    unread: db.prepare<[number, number, string], { unread: number; mentions: number }>(
      `SELECT count(*) AS unread, coalesce(sum(names_me), 0) AS mentions FROM chat_messages
       WHERE conversation = ? AND position > ? AND account <> ? AND hidden = 0 AND is_notice = 0 AND deleted_by IS NULL`,
    ),
  }
}
