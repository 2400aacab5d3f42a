import type { MessageId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import { entryNumber } from './numbers.ts'

export interface EntryRow {
  /** Where it stands in the order of storing. */
  readonly place: number
  readonly seq: number
  readonly envelope: Uint8Array
  /** What it says beside; null where it says nothing there, or that is erased, or never came. */
  readonly block: Uint8Array | null
}

export function prepareAll(db: Database) {
  return {
    addEntry: db.prepare<[number, number, number, string, string, number, number, Uint8Array]>(
      `INSERT INTO chat_entries (n, conversation, place, id, kind, sent_ms, stored_ms, envelope)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addMilestone: db.prepare<[number, string, string, number, number | null, number, string | null, string]>(
      `INSERT INTO chat_milestones (log, account, step, seq, sent_ms, at_ms, route, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, detail = excluded.detail WHERE step = 'held'`,
    ),
    heldMs: db.prepare<[number, string, number], { atMs: number }>(
      `SELECT at_ms AS atMs FROM chat_milestones WHERE log = ? AND account = ? AND step = 'held' AND seq = ?`,
    ),
    idAt: db.prepare<[number], { id: MessageId }>('SELECT id FROM chat_entries WHERE n = ?'),
    envelope: db.prepare<[number], { envelope: Uint8Array }>('SELECT envelope FROM chat_entries WHERE n = ?'),
    entries: db.prepare<[number, number, number], { n: number } & Omit<EntryRow, 'seq'>>(
      `SELECT e.n, e.place, e.envelope, c.block FROM chat_entries e LEFT JOIN chat_contents c ON c.n = e.n
       WHERE e.n > ? AND e.n < ? ORDER BY e.n LIMIT ?`,
    ),
    shown: db.prepare<[number, number], { count: number }>(
      'SELECT count(*) AS count FROM chat_messages WHERE n > ? AND n <= ? AND hidden = 0',
    ),
    lastOfLogs: db.prepare<[number, number, number, string], { log: number; device: PeerId; n: number }>(
      `SELECT l.key AS log, l.device, max(m.n) AS n FROM chat_messages m JOIN chat_logs l ON l.key = m.n / ${entryNumber(1, 0)}
       WHERE m.conversation = ? AND m.position > ? AND m.position <= ? AND m.account <> ? AND m.is_notice = 0 GROUP BY l.key`,
    ),
    positionOf: db.prepare<[number, number], { position: number }>(
      'SELECT position FROM chat_messages WHERE n BETWEEN ? AND ? ORDER BY n DESC LIMIT 1',
    ),
  }
}
