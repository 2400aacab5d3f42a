import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Message } from '../../../shared/model/chat.ts'
import type { Route } from '../../../shared/model/peers.ts'
import type { Database } from '../../platform/database.ts'
import { conversationIdOf, membersOf, type SignedEntry } from '../../protocols/chat/index.ts'
import { migrations } from './migrations.ts'
import type { LogHead } from './validator.ts'

export interface ConversationRow {
  readonly key: number
  readonly id: ConversationId
  readonly account: AccountId
  readonly createdMs: number
  readonly clock: number
  readonly position: number
  readonly readPosition: number
  readonly receipted: number
  readonly unread: number
  readonly waiting: number
}

export interface LogRow extends LogHead {
  readonly key: number
  readonly device: PeerId
  readonly delivered: number
  readonly read: number
}

export interface EntryRow {
  /** Its place in the order of storing. */
  readonly n: number
  readonly seq: number
  readonly envelope: Uint8Array
}

/** Messages of one log whose state changed: seq `from` to `to`, both included. */
export interface Changed {
  readonly conversation: ConversationId
  readonly log: number
  readonly from: number
  readonly to: number
}

/** When something was delivered or read, and how it went there. */
export interface Milestone {
  readonly step: 'delivered' | 'read'
  readonly atMs: number
  readonly sentMs: number | null
  readonly route: Route | null
}

const CONVERSATION = `SELECT key, id, account, created_ms AS createdMs, clock, position, read_position AS readPosition,
  receipted, unread, waiting FROM chat_conversations`

const LOG = 'SELECT key, account, device, seq, head AS id, clock, delivered, read FROM chat_logs'

/**
 * Conversations and their logs. Every method is one step; what belongs together goes into one `transaction`, which is
 * durable when it returns.
 */
export class LogStore {
  readonly transaction: Database['transaction']
  readonly #me: AccountId
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, me: AccountId) {
    database.migrate('chat', migrations)
    this.transaction = (body) => database.transaction(body)
    this.#me = me
    this.#sql = prepareAll(database)
  }

  conversations(): ConversationRow[] {
    return this.#sql.conversations.all()
  }

  conversation(id: ConversationId): ConversationRow | null {
    return this.#sql.conversation.get(id) ?? null
  }

  conversationWith(account: AccountId): ConversationRow | null {
    return this.#sql.conversationWith.get(account) ?? null
  }

  /** The conversation with `account`, made if there is none. */
  openConversation(account: AccountId, nowMs: number): ConversationRow {
    const id = conversationIdOf(membersOf(this.#me, account))
    this.#sql.addConversation.run(id, account, nowMs)
    return required(this.conversation(id))
  }

  logs(conversation: number): LogRow[] {
    return this.#sql.logs.all(conversation)
  }

  head(conversation: number, device: PeerId): LogRow | null {
    return this.#sql.log.get(conversation, device) ?? null
  }

  idAt(log: number, seq: number): MessageId | null {
    return this.#sql.idAt.get(log, seq)?.id ?? null
  }

  /** Puts an entry behind the head of its log. The caller has judged it; its message, if it is one, is returned. */
  append(conversation: ConversationRow, signed: SignedEntry, nowMs: number): Message | null {
    const { id, entry, body, envelope } = signed
    const { account, device, seq, clock, sentAtMs } = entry
    const text = body?.kind === 'message' ? body.text : null
    const shown = text === null ? 0 : 1
    const mine = account === this.#me
    const log = required(this.#sql.advanceLog.get(conversation.key, account, device, seq, id, clock)).key
    const grown = required(this.#sql.grow.get(clock, shown, mine ? 0 : shown, mine ? shown : 0, conversation.key))
    const position = text === null ? null : grown.position
    this.#sql.addEntry.run(conversation.key, log, seq, id, entry.body.kind, sentAtMs, nowMs, position, text, envelope)
    if (text === null || position === null) return null
    const times = { sentMs: sentAtMs, storedMs: nowMs }
    const state = mine ? 'queued' : 'received'
    return { id, conversation: conversation.id, position, from: account, mine, text, ...times, state }
  }

  /**
   * A log of ours reached `seq` there, or was read up to it. What they say of entries that are not in it is not
   * believed. Null where nothing changed.
   */
  advance(conversation: ConversationRow, device: PeerId, seq: number, milestone: Milestone): Changed | null {
    const log = this.head(conversation.key, device)
    if (log === null || log.account !== this.#me) return null
    const from = log[milestone.step] + 1
    const to = Math.min(seq, log.seq)
    if (to < from) return null
    const { step, sentMs, atMs, route } = milestone
    this.#sql.addMilestone.run(log.key, step, to, sentMs, atMs, route)
    if (step === 'delivered') {
      this.#sql.setDelivered.run(to, log.key)
      this.#sql.fewerWaiting.run(log.key, from, to, conversation.key)
    } else {
      this.#sql.setRead.run(to, log.key)
    }
    return { conversation: conversation.id, log: log.key, from, to }
  }

  /** Read up to and with `position`, here or on another device of ours. */
  setRead(conversation: ConversationRow, position: number): void {
    this.#sql.setPosition.run(position, conversation.key, position, this.#me, conversation.key)
  }

  setReceipted(conversation: ConversationRow, position: number): void {
    this.#sql.setReceipted.run(position, conversation.key)
  }

  /** Their logs as far as they were read and not receipted yet. */
  unreceipted(conversation: ConversationRow): { device: PeerId; seq: number }[] {
    const { key, receipted, readPosition } = conversation
    return this.#sql.unreceipted.all(key, receipted, readPosition, this.#me)
  }

  /** The position of the last message of a log up to `seq`, 0 if there is none. */
  positionOf(conversation: number, device: PeerId, seq: number): number {
    return this.#sql.positionOf.get(conversation, device, seq)?.position ?? 0
  }

  /** Entries of one log behind `seq`. */
  entries(log: number, seq: number, limit: number): EntryRow[] {
    return this.#sql.entries.all(log, seq, limit)
  }

  /** Accounts none of whose devices has acknowledged all that we wrote. */
  waitingAccounts(): AccountId[] {
    return this.#sql.waitingAccounts.all(this.#me).map((row) => row.account)
  }

  isWaiting(account: AccountId): boolean {
    return this.#sql.isWaiting.get(account, this.#me) !== undefined
  }
}

function required<T>(row: T | undefined | null): T {
  if (row === undefined || row === null) throw new Error('a row that was just written is not there')
  return row
}

function prepareAll(db: Database) {
  return {
    conversations: db.prepare<[], ConversationRow>(CONVERSATION),
    conversation: db.prepare<[string], ConversationRow>(`${CONVERSATION} WHERE id = ?`),
    conversationWith: db.prepare<[string], ConversationRow>(`${CONVERSATION} WHERE account = ?`),
    addConversation: db.prepare<[string, string, number]>(
      'INSERT INTO chat_conversations (id, account, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    grow: db.prepare<[number, number, number, number, number], { position: number }>(
      `UPDATE chat_conversations SET clock = max(clock, ?), position = position + ?, unread = unread + ?,
       waiting = waiting + ? WHERE key = ? RETURNING position`,
    ),
    setPosition: db.prepare<[number, number, number, string, number]>(
      `UPDATE chat_conversations SET read_position = max(read_position, ?), unread = (
         SELECT count(*) FROM chat_entries e JOIN chat_logs l ON l.key = e.log
         WHERE e.conversation = ? AND e.position > max(read_position, ?) AND l.account <> ?)
       WHERE key = ?`,
    ),
    setReceipted: db.prepare<[number, number]>(
      'UPDATE chat_conversations SET receipted = max(receipted, ?) WHERE key = ?',
    ),
    fewerWaiting: db.prepare<[number, number, number, number]>(
      `UPDATE chat_conversations SET waiting = waiting - (
         SELECT count(*) FROM chat_entries WHERE log = ? AND seq BETWEEN ? AND ? AND kind = 'message')
       WHERE key = ?`,
    ),
    logs: db.prepare<[number], LogRow>(`${LOG} WHERE conversation = ?`),
    log: db.prepare<[number, string], LogRow>(`${LOG} WHERE conversation = ? AND device = ?`),
    advanceLog: db.prepare<[number, string, string, number, string, number], { key: number }>(
      `INSERT INTO chat_logs (conversation, account, device, seq, head, clock) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (conversation, device) DO UPDATE SET seq = excluded.seq, head = excluded.head, clock = excluded.clock
       RETURNING key`,
    ),
    setDelivered: db.prepare<[number, number]>('UPDATE chat_logs SET delivered = ? WHERE key = ?'),
    setRead: db.prepare<[number, number]>('UPDATE chat_logs SET read = ? WHERE key = ?'),
    addMilestone: db.prepare<[number, string, number, number | null, number, string | null]>(
      `INSERT INTO chat_milestones (log, step, seq, sent_ms, at_ms, route) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    addEntry: db.prepare<
      [number, number, number, string, string, number, number, number | null, string | null, Uint8Array]
    >(
      `INSERT INTO chat_entries (conversation, log, seq, id, kind, sent_ms, stored_ms, position, text, envelope)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    idAt: db.prepare<[number, number], { id: MessageId }>('SELECT id FROM chat_entries WHERE log = ? AND seq = ?'),
    entries: db.prepare<[number, number, number], EntryRow>(
      'SELECT n, seq, envelope FROM chat_entries WHERE log = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    unreceipted: db.prepare<[number, number, number, string], { device: PeerId; seq: number }>(
      `SELECT l.device, max(e.seq) AS seq FROM chat_entries e JOIN chat_logs l ON l.key = e.log
       WHERE e.conversation = ? AND e.position > ? AND e.position <= ? AND l.account <> ? GROUP BY l.key`,
    ),
    positionOf: db.prepare<[number, string, number], { position: number }>(
      `SELECT e.position FROM chat_logs l JOIN chat_entries e ON e.log = l.key
       WHERE l.conversation = ? AND l.device = ? AND e.seq <= ? AND e.position IS NOT NULL ORDER BY e.seq DESC LIMIT 1`,
    ),
    waitingAccounts: db.prepare<[string], { account: AccountId }>(
      `SELECT DISTINCT c.account FROM chat_logs l JOIN chat_conversations c ON c.key = l.conversation
       WHERE l.account = ? AND l.seq > l.delivered`,
    ),
    isWaiting: db.prepare<[string, string], { one: 1 }>(
      `SELECT 1 AS one FROM chat_conversations c JOIN chat_logs l ON l.conversation = c.key
       WHERE c.account = ? AND l.account = ? AND l.seq > l.delivered LIMIT 1`,
    ),
  }
}
