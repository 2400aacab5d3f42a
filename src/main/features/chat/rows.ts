import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import type { LogHead } from './validator.ts'

/** `talk` and `roster` are the two halves of a group. */
export type ConversationKind = 'direct' | 'self' | 'talk' | 'roster'

export interface ConversationRow {
  readonly key: number
  readonly id: ConversationId
  readonly kind: ConversationKind
  /** The other account; of notes, one's own; null of a group. */
  readonly account: AccountId | null
  /** Of a group, the id of its roster; null else. */
  readonly roster: ConversationId | null
  readonly createdMs: number
  /** How many entries are stored; each has its place among them. */
  readonly entries: number
  readonly clock: number
  readonly position: number
  readonly readPosition: number
  readonly receipted: number
  readonly unread: number
  readonly mentions: number
  readonly waiting: number
  /** When the newest entry was stored. */
  readonly storedMs: number
}

export interface LogRow extends LogHead {
  readonly key: number
  readonly conversation: number
  readonly device: PeerId
  /** Entries up to there are not here, as they were not for this account: a log of a group that it joined later. */
  readonly begins: number
}

/** How far a mailbox holds a log of ours for somebody, they have it, and say to have read it. */
export interface Mark {
  readonly held: number
  readonly delivered: number
  readonly read: number
}

const UNMARKED: Mark = { held: 0, delivered: 0, read: 0 }
const NONE = { entries: 0, clock: 0, position: 0, readPosition: 0, receipted: 0, unread: 0, mentions: 0, waiting: 0, storedMs: 0 }

/**
 * Conversations, the heads of their logs, and who has them how far: a copy in memory of three small tables, since every
 * message asks for them a dozen times. What is written goes to the database and to the copy; after a transaction that
 * failed the copy is read anew. Rows are values: one that was handed out does not change.
 */
export class Rows {
  readonly #sql: ReturnType<typeof prepareAll>
  readonly #byId = new Map<ConversationId, ConversationRow>()
  readonly #byKey = new Map<number, ConversationId>()
  readonly #byAccount = new Map<AccountId, ConversationId>()
  readonly #logs = new Map<number, Map<PeerId, LogRow>>()
  readonly #marks = new Map<number, Map<AccountId, Mark>>()

  constructor(database: Database) {
    this.#sql = prepareAll(database)
    this.reload()
  }

  reload(): void {
    for (const map of [this.#byId, this.#byKey, this.#byAccount, this.#logs, this.#marks]) map.clear()
    for (const row of this.#sql.conversations.all()) this.#keep(row)
    for (const row of this.#sql.logs.all()) this.#keepLog(row)
    for (const { log, account, ...mark } of this.#sql.marks.all()) this.#keepMark(log, account, mark)
  }

  conversations(): ConversationRow[] {
    return [...this.#byId.values()]
  }

  conversation(id: ConversationId): ConversationRow | null {
    return this.#byId.get(id) ?? null
  }

  byKey(key: number): ConversationRow | null {
    const id = this.#byKey.get(key)
    return id === undefined ? null : this.conversation(id)
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

  mark(log: number, account: AccountId): Mark {
    return this.#marks.get(log)?.get(account) ?? UNMARKED
  }

  addConversation(row: Pick<ConversationRow, 'id' | 'kind' | 'account' | 'roster' | 'createdMs'>): ConversationRow {
    const { id, kind, account, roster, createdMs } = row
    const key = Number(this.#sql.addConversation.run(id, kind, account, roster, createdMs).lastInsertRowid)
    return this.#keep({ key, ...row, ...NONE })
  }

  saveConversation(row: ConversationRow): void {
    const { key, entries, clock, position, readPosition, receipted, unread, mentions, waiting, storedMs } = row
    const counts = [entries, clock, position, readPosition, receipted, unread, mentions, waiting, storedMs] as const
    this.#sql.saveConversation.run(...counts, key)
    this.#keep(row)
  }

  addLog(log: Omit<LogRow, 'key'>): LogRow {
    const { conversation, account, device, seq, id, clock, begins } = log
    const key = Number(this.#sql.addLog.run(conversation, account, device, seq, id, clock, begins).lastInsertRowid)
    return this.#keepLog({ ...log, key })
  }

  saveLog(row: LogRow): void {
    this.#sql.saveLog.run(row.seq, row.id, row.clock, row.begins, row.key)
    this.#keepLog(row)
  }

  saveMark(log: number, account: AccountId, mark: Mark): void {
    this.#sql.saveMark.run(log, account, mark.held, mark.delivered, mark.read)
    this.#keepMark(log, account, mark)
  }

  #keep(row: ConversationRow): ConversationRow {
    this.#byId.set(row.id, row)
    this.#byKey.set(row.key, row.id)
    if (row.account !== null) this.#byAccount.set(row.account, row.id)
    return row
  }

  #keepLog(row: LogRow): LogRow {
    const logs = this.#logs.get(row.conversation) ?? new Map<PeerId, LogRow>()
    this.#logs.set(row.conversation, logs.set(row.device, row))
    return row
  }

  #keepMark(log: number, account: AccountId, mark: Mark): void {
    const marks = this.#marks.get(log) ?? new Map<AccountId, Mark>()
    this.#marks.set(log, marks.set(account, mark))
  }
}

function prepareAll(db: Database) {
  return {
    conversations: db.prepare<[], ConversationRow>(
      `SELECT key, id, kind, account, roster, created_ms AS createdMs, entries, clock, position,
       read_position AS readPosition, receipted, unread, mentions, waiting, stored_ms AS storedMs FROM chat_conversations`,
    ),
    logs: db.prepare<[], LogRow>('SELECT key, conversation, account, device, seq, head AS id, clock, begins FROM chat_logs'),
    marks: db.prepare<[], Mark & { log: number; account: AccountId }>(
      'SELECT log, account, held, delivered, read FROM chat_marks',
    ),
    addConversation: db.prepare<[string, string, string | null, string | null, number]>(
      'INSERT INTO chat_conversations (id, kind, account, roster, created_ms) VALUES (?, ?, ?, ?, ?)',
    ),
    saveConversation: db.prepare<[number, number, number, number, number, number, number, number, number, number]>(
      `UPDATE chat_conversations SET entries = ?, clock = ?, position = ?, read_position = ?, receipted = ?, unread = ?,
       mentions = ?, waiting = ?, stored_ms = ? WHERE key = ?`,
    ),
    addLog: db.prepare<[number, string, string, number, string, number, number]>(
      'INSERT INTO chat_logs (conversation, account, device, seq, head, clock, begins) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    saveLog: db.prepare<[number, string, number, number, number]>(
      'UPDATE chat_logs SET seq = ?, head = ?, clock = ?, begins = ? WHERE key = ?',
    ),
    saveMark: db.prepare<[number, string, number, number, number]>(
      `INSERT INTO chat_marks (log, account, held, delivered, read) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET held = excluded.held, delivered = excluded.delivered, read = excluded.read`,
    ),
  }
}
