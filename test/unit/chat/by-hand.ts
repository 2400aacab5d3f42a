import type { ChatMail } from '../../../src/main/features/chat/index.ts'
import type { Database } from '../../../src/main/platform/database.ts'
import type { ConversationId } from '../../../src/shared/ids.ts'

/** Nobody holds mail; what tests bring by hand is let in. */
export const mail: ChatMail = { canDeliver: () => false, admits: () => true, deliver: async () => ({ outcome: 'no-card', why: '' }) }

/** All entries of one conversation, as a device holds them. */
export function entriesOf(database: Database, conversation: ConversationId): { entries: Uint8Array[]; contents: (Uint8Array | null)[] } {
  const rows = database
    .prepare<[string], { envelope: Uint8Array; block: Uint8Array | null }>(
      `SELECT e.envelope, c.block FROM chat_entries e JOIN chat_conversations v ON v.key = e.conversation
       LEFT JOIN chat_contents c ON c.n = e.n WHERE v.id = ? ORDER BY e.place`,
    )
    .all(conversation)
  return { entries: rows.map(({ envelope }) => envelope), contents: rows.map(({ block }) => block) }
}
