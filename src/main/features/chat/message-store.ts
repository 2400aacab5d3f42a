import type { AccountId, ConversationId, MessageId } from '../../../shared/ids.ts'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import type { Database } from '../../platform/database.ts'
import { entryNumber, type Changed, type ConversationRow } from './store.ts'

/** A message as it is shown, and its place in the log and in the order of storing. */
export interface StoredMessage {
  readonly message: Message
  readonly place: number
  readonly log: number
  readonly seq: number
}

interface MessageRow {
  id: MessageId
  conversation: ConversationId
  position: number
  account: AccountId
  text: string
  sentMs: number
  storedMs: number
  place: number
  n: number
  log: number
  delivered: number
  read: number
}

const MESSAGE = `SELECT e.id, c.id AS conversation, e.position, l.account, e.text, e.sent_ms AS sentMs,
    e.stored_ms AS storedMs, e.place, e.n, l.key AS log, l.delivered, l.read
  FROM chat_entries e JOIN chat_logs l ON l.key = e.n / ${entryNumber(1, 0)}
  JOIN chat_conversations c ON c.key = e.conversation`

/** What the window shows of the logs. Reads only; the state of a message follows from how far its log was taken. */
export class MessageStore {
  readonly #me: AccountId
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, me: AccountId) {
    this.#me = me
    this.#sql = prepareAll(database)
  }

  /** The `limit` messages before a position, oldest first. */
  page(conversation: number, before: number, limit: number): { messages: Message[]; more: boolean } {
    const rows = this.#sql.page.all(conversation, before, limit + 1)
    const messages = rows.slice(0, limit).map((row) => this.#read(row).message)
    return { messages: messages.toReversed(), more: rows.length > limit }
  }

  byId(id: MessageId): StoredMessage | null {
    const row = this.#sql.byId.get(id)
    return row === undefined ? null : this.#read(row)
  }

  /** At most `limit` of the messages that changed, in the order of their log. */
  changed({ log, from, to }: Pick<Changed, 'log' | 'from' | 'to'>, limit: number): StoredMessage[] {
    return this.#sql.changed.all(entryNumber(log, from), entryNumber(log, to), limit).map((row) => this.#read(row))
  }

  conversation(row: ConversationRow, about: Pick<Conversation, 'waitingFor' | 'waitingWhy' | 'pin' | 'left'>): Conversation {
    const last = this.#sql.page.get(row.key, Number.MAX_SAFE_INTEGER, 1)
    return {
      id: row.id,
      with: row.account,
      unread: row.unread,
      last: last === undefined ? null : this.#read(last).message,
      createdMs: row.createdMs,
      waiting: row.waiting,
      waitingFor: row.waiting === 0 ? 'nobody' : about.waitingFor,
      waitingWhy: row.waiting === 0 ? null : about.waitingWhy,
      pin: about.pin,
      left: about.left,
    }
  }

  #read(row: MessageRow): StoredMessage {
    const { id, conversation, position, account, text, sentMs, storedMs, place, n, log } = row
    const seq = n - entryNumber(log, 0)
    const mine = account === this.#me
    const state = mine ? stateOf(seq, row) : 'received'
    const message = { id, conversation, position, from: account, mine, text, sentMs, storedMs, state } as const
    return { message, place, log, seq }
  }
}

function stateOf(seq: number, { delivered, read }: MessageRow): Message['state'] {
  if (seq <= read) return 'read'
  return seq <= delivered ? 'delivered' : 'queued'
}

function prepareAll(db: Database) {
  return {
    page: db.prepare<[number, number, number], MessageRow>(
      `${MESSAGE} WHERE e.conversation = ? AND e.position < ? ORDER BY e.position DESC LIMIT ?`,
    ),
    byId: db.prepare<[string], MessageRow>(`${MESSAGE} WHERE e.id = ? AND e.position IS NOT NULL`),
    changed: db.prepare<[number, number, number], MessageRow>(
      `${MESSAGE} WHERE e.n BETWEEN ? AND ? AND e.position IS NOT NULL ORDER BY e.n LIMIT ?`,
    ),
  }
}
