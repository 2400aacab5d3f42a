import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { MessageOrder } from '../../../shared/model/chat.ts'
import type { Database } from '../../platform/database.ts'
import { entryNumber } from './numbers.ts'

export interface MessageRow {
  n: number
  id: MessageId
  conversation: number
  position: number
  ord: MessageOrder
  account: AccountId
  device: PeerId
  words: number
  text: string | null
  sentMs: number
  storedMs: number
  editedMs: number | null
  deletedBy: AccountId | null
  pinnedOrd: MessageOrder | null
  expiresMs: number | null
  isNotice: number
}

const MESSAGE = `SELECT m.n, e.id, m.conversation, m.position, m.ord, m.account, l.device, m.words, e.text, e.sent_ms AS sentMs,
    e.stored_ms AS storedMs, m.edited_ms AS editedMs, m.deleted_by AS deletedBy, m.pinned_ord AS pinnedOrd,
    m.expires_ms AS expiresMs, m.is_notice AS isNotice
  FROM chat_messages m JOIN chat_entries e ON e.n = m.n JOIN chat_logs l ON l.key = m.n / ${entryNumber(1, 0)}`

export function prepareAll(db: Database) {
  const shown = 'm.hidden = 0'
  return {
    before: db.prepare<[number, string, number], MessageRow>(
      `${MESSAGE} WHERE m.conversation = ? AND m.ord < ? AND ${shown} ORDER BY m.ord DESC LIMIT ?`,
    ),
    after: db.prepare<[number, string, number], MessageRow>(
      `${MESSAGE} WHERE m.conversation = ? AND m.ord > ? AND ${shown} ORDER BY m.ord LIMIT ?`,
    ),
    firstFrom: db.prepare<[number, number], MessageRow>(
      // By when it was sent, as its author says, which has an index; where two say the same, by its place.
      `${MESSAGE} WHERE e.conversation = ? AND e.sent_ms >= ? AND ${shown} ORDER BY e.sent_ms, m.ord LIMIT 1`,
    ),
    byId: db.prepare<[string], MessageRow>(`${MESSAGE} WHERE e.id = ? AND ${shown}`),
    changed: db.prepare<[number, number, number], MessageRow>(
      `${MESSAGE} WHERE m.n BETWEEN ? AND ? AND ${shown} ORDER BY m.n LIMIT ?`,
    ),
    pinned: db.prepare<[number], { id: MessageId }>(
      `SELECT e.id FROM chat_messages m JOIN chat_entries e ON e.n = m.n
       WHERE m.conversation = ? AND m.pinned_ord IS NOT NULL AND ${shown} ORDER BY m.pinned_ord DESC LIMIT 100`,
    ),
    offersOf: db.prepare<[string], { conversation: ConversationId }>(
      `SELECT DISTINCT c.id AS conversation FROM chat_offers o JOIN chat_messages m ON m.n = o.n
       JOIN chat_conversations c ON c.key = m.conversation WHERE o.file = ? AND m.deleted_by IS NULL`,
    ),
    block: db.prepare<[number], { block: Uint8Array }>('SELECT block FROM chat_contents WHERE n = ?'),
    expired: db.prepare<[number, number], { n: number; id: MessageId; conversation: ConversationId }>(
      `SELECT m.n, e.id, c.id AS conversation FROM chat_messages m JOIN chat_entries e ON e.n = m.n
       JOIN chat_conversations c ON c.key = m.conversation WHERE m.expires_ms <= ? ORDER BY m.expires_ms LIMIT ?`,
    ),
    nextExpiry: db.prepare<[], { at: number | null }>(
      'SELECT min(expires_ms) AS at FROM chat_messages WHERE expires_ms IS NOT NULL',
    ),
    upTo: db.prepare<[number, number, number], { n: number; id: MessageId }>(
      `SELECT m.n, e.id FROM chat_messages m JOIN chat_entries e ON e.n = m.n
       WHERE m.n BETWEEN ? AND ? ORDER BY m.n LIMIT ?`,
    ),
    writtenBy: db.prepare<[string, number, number, number], { n: number; id: MessageId; conversation: ConversationId }>(
      `SELECT m.n, e.id, c.id AS conversation FROM chat_messages m JOIN chat_entries e ON e.n = m.n
       JOIN chat_conversations c ON c.key = m.conversation WHERE m.account = ? AND m.is_notice = 0
       AND (e.sent_ms <= ? OR e.stored_ms <= ?) LIMIT ?`,
    ),
    removedOnes: db.prepare<[number], { n: number; id: MessageId; conversation: ConversationId }>(
      `SELECT m.n, e.id, c.id AS conversation FROM chat_state s JOIN chat_entries e ON e.id = substr(s.key, 9)
       JOIN chat_messages m ON m.n = e.n JOIN chat_conversations c ON c.key = m.conversation
       WHERE s.key >= 'dropped:' AND s.key < 'dropped;' AND s.value <> 'null' LIMIT ?`,
    ),
  }
}
