import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import type { LogHead } from './validator.ts'

export interface ConversationRow {
  readonly key: number
  readonly id: ConversationId
  readonly account: AccountId
  readonly createdMs: number
  /** How many entries are stored; each has its place among them. */
  readonly entries: number
  readonly clock: number
  readonly position: number
  readonly readPosition: number
  readonly receipted: number
  readonly unread: number
  readonly waiting: number
}

export interface LogRow extends LogHead {
  readonly key: number
  readonly conversation: number
  readonly device: PeerId
  readonly delivered: number
  readonly read: number
}

/**
 * Conversations and the heads of their logs: a copy in memory of two small tables, since every message asks for them a
 * dozen times. What is written goes to the database and to the copy; after a transaction that failed the copy is read
 * anew. Rows are values: one that was handed out does not change.
 */
export class Rows {
  readonly #sql: ReturnType<typeof prepareAll>
  readonly #byId = new Map<ConversationId, ConversationRow>()
  readonly #byAccount = new Map<AccountId, ConversationId>()
  readonly #logs = new Map<number, Map<PeerId, LogRow>>()

  constructor(database: Database) {
    this.#sql = prepareAll(database)
    this.reload()
  }

  reload(): void {
    for (const map of [this.#byId, this.#byAccount, this.#logs]) map.clear()
    for (const row of this.#sql.conversations.all()) this.#keep(row)
    for (const row of this.#sql.logs.all()) this.#keepLog(row)
  }

  conversations(): ConversationRow[] {
    return [...this.#byId.values()]
  }

  conversation(id: ConversationId): ConversationRow | null {
    return this.#byId.get(id) ?? null
  }

  conversationWith(account: AccountId): ConversationRow | null {
    const id = this.#byAccount.get(account)
    return id === undefined ? null : this.conversation(id)
  }

  logs(conversation: number): LogRow[] {
    return [...(this.#logs.get(conversation)?.values() ?? [])]
  }

  log(conversation: number, device: PeerId): LogRow | null {
    return this.#logs.get(conversation)?.get(device) ?? null
  }

  addConversation(id: ConversationId, account: AccountId, nowMs: number): ConversationRow {
    const key = Number(this.#sql.addConversation.run(id, account, nowMs).lastInsertRowid)
    const none = { entries: 0, clock: 0, position: 0, readPosition: 0, receipted: 0, unread: 0, waiting: 0 }
    return this.#keep({ key, id, account, createdMs: nowMs, ...none })
  }

  saveConversation(row: ConversationRow): void {
    const { entries, clock, position, readPosition, receipted, unread, waiting, key } = row
    this.#sql.saveConversation.run(entries, clock, position, readPosition, receipted, unread, waiting, key)
    this.#keep(row)
  }

  addLog(log: Omit<LogRow, 'key' | 'delivered' | 'read'>): LogRow {
    const { conversation, account, device, seq, id, clock } = log
    const key = Number(this.#sql.addLog.run(conversation, account, device, seq, id, clock).lastInsertRowid)
    return this.#keepLog({ ...log, key, delivered: 0, read: 0 })
  }

  saveLog(row: LogRow): void {
    this.#sql.saveLog.run(row.seq, row.id, row.clock, row.delivered, row.read, row.key)
    this.#keepLog(row)
  }

  #keep(row: ConversationRow): ConversationRow {
    this.#byId.set(row.id, row)
    this.#byAccount.set(row.account, row.id)
    return row
  }

  #keepLog(row: LogRow): LogRow {
    const logs = this.#logs.get(row.conversation) ?? new Map<PeerId, LogRow>()
    this.#logs.set(row.conversation, logs.set(row.device, row))
    return row
  }
}

function prepareAll(db: Database) {
  return {
    conversations: db.prepare<[], ConversationRow>(
      `SELECT key, id, account, created_ms AS createdMs, entries, clock, position, read_position AS readPosition,
       receipted, unread, waiting FROM chat_conversations`,
    ),
    logs: db.prepare<[], LogRow>(
      'SELECT key, conversation, account, device, seq, head AS id, clock, delivered, read FROM chat_logs',
    ),
    addConversation: db.prepare<[string, string, number]>(
      'INSERT INTO chat_conversations (id, account, created_ms) VALUES (?, ?, ?)',
    ),
    saveConversation: db.prepare<[number, number, number, number, number, number, number, number]>(
      `UPDATE chat_conversations SET entries = ?, clock = ?, position = ?, read_position = ?, receipted = ?, unread = ?,
       waiting = ? WHERE key = ?`,
    ),
    addLog: db.prepare<[number, string, string, number, string, number]>(
      'INSERT INTO chat_logs (conversation, account, device, seq, head, clock) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    saveLog: db.prepare<[number, string, number, number, number, number]>(
      'UPDATE chat_logs SET seq = ?, head = ?, clock = ?, delivered = ?, read = ? WHERE key = ?',
    ),
  }
}
