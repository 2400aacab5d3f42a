import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Message } from '../../../shared/model/chat.ts'
import type { Route } from '../../../shared/model/peers.ts'
import type { Database } from '../../platform/database.ts'
import { conversationIdOf, membersOf, type SignedEntry } from '../../protocols/chat/index.ts'
import { migrations } from './migrations.ts'
import { Rows, type ConversationRow, type LogRow } from './rows.ts'

export type { ConversationRow, LogRow } from './rows.ts'

export interface EntryRow {
  /** Where it stands in the order of storing. */
  readonly place: number
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

/** Entries of one log are numbered from its key times this; no log has as many. */
const LOG_SIZE = 2 ** 32

/** The number of an entry in the database. */
export function entryNumber(log: number, seq: number): number {
  return log * LOG_SIZE + seq
}

/**
 * Conversations and their logs. Every method is one step; what belongs together goes into one `transaction`, which is
 * durable when it returns.
 */
export class LogStore {
  readonly #database: Database
  readonly #me: AccountId
  readonly #rows: Rows
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, me: AccountId) {
    database.migrate('chat', migrations)
    this.#database = database
    this.#me = me
    this.#rows = new Rows(database)
    this.#sql = prepareAll(database)
  }

  transaction<T>(body: () => T): T {
    try {
      return this.#database.transaction(body)
    } catch (error) {
      this.#rows.reload()
      throw error
    }
  }

  conversations(): ConversationRow[] {
    return this.#rows.conversations()
  }

  conversation(id: ConversationId): ConversationRow | null {
    return this.#rows.conversation(id)
  }

  conversationWith(account: AccountId): ConversationRow | null {
    return this.#rows.conversationWith(account)
  }

  /** The conversation with `account`, made if there is none. */
  openConversation(account: AccountId, nowMs: number): ConversationRow {
    const id = conversationIdOf(membersOf(this.#me, account))
    return this.#rows.conversation(id) ?? this.#rows.addConversation(id, account, nowMs)
  }

  logs(conversation: number): LogRow[] {
    return this.#rows.logs(conversation)
  }

  head(conversation: number, device: PeerId): LogRow | null {
    return this.#rows.log(conversation, device)
  }

  idAt(log: number, seq: number): MessageId | null {
    return this.#sql.idAt.get(entryNumber(log, seq))?.id ?? null
  }

  /** Puts an entry behind the head of its log. The caller has judged it; its message, if it is one, is returned. */
  append(id: ConversationId, signed: SignedEntry, nowMs: number): Message | null {
    const row = this.#required(id)
    const { entry, body, envelope } = signed
    const text = body?.kind === 'message' ? body.text : null
    const shown = text === null ? 0 : 1
    const mine = entry.account === this.#me
    const log = this.#advanceHead(row.key, signed)
    const place = row.entries + 1
    const position = row.position + shown
    const clock = Math.max(row.clock, entry.clock)
    const counts = { unread: row.unread + (mine ? 0 : shown), waiting: row.waiting + (mine ? shown : 0) }
    this.#rows.saveConversation({ ...row, entries: place, clock, position, ...counts })
    const n = entryNumber(log, entry.seq)
    const given = text === null ? null : position
    this.#sql.addEntry.run(n, row.key, place, signed.id, entry.body.kind, entry.sentAtMs, nowMs, given, text, envelope)
    if (text === null) return null
    const times = { sentMs: entry.sentAtMs, storedMs: nowMs }
    const state = mine ? 'queued' : 'received'
    return { id: signed.id, conversation: id, position, from: entry.account, mine, text, ...times, state }
  }

  /**
   * A log of ours reached `seq` there, or was read up to it. What they say of entries that are not in it is not
   * believed. Null where nothing changed.
   */
  advance(id: ConversationId, device: PeerId, seq: number, milestone: Milestone): Changed | null {
    const row = this.#required(id)
    const log = this.head(row.key, device)
    if (log === null || log.account !== this.#me) return null
    const { step, sentMs, atMs, route } = milestone
    const from = log[step] + 1
    const to = Math.min(seq, log.seq)
    if (to < from) return null
    this.#sql.addMilestone.run(log.key, step, to, sentMs, atMs, route)
    this.#rows.saveLog({ ...log, [step]: to })
    if (step === 'delivered') {
      const arrived = this.#sql.messages.get(entryNumber(log.key, from), entryNumber(log.key, to))?.count ?? 0
      this.#rows.saveConversation({ ...row, waiting: row.waiting - arrived })
    }
    return { conversation: id, log: log.key, from, to }
  }

  /** Read up to and with `position`, here or on another device of ours. */
  setRead(id: ConversationId, position: number): void {
    const row = this.#required(id)
    if (position <= row.readPosition) return
    const unread = this.#sql.unread.get(row.key, position, this.#me)?.count ?? 0
    this.#rows.saveConversation({ ...row, readPosition: position, unread })
  }

  setReceipted(id: ConversationId, position: number): void {
    const row = this.#required(id)
    if (position > row.receipted) this.#rows.saveConversation({ ...row, receipted: position })
  }

  /** Their logs as far as they were read and not receipted yet. */
  unreceipted({ key, receipted, readPosition }: ConversationRow): { device: PeerId; seq: number }[] {
    const read = this.#sql.lastOfLogs.all(key, receipted, readPosition, this.#me)
    return read.map(({ log, device, n }) => ({ device, seq: n - entryNumber(log, 0) }))
  }

  /** The position of the last message of a log up to `seq`, 0 if there is none. */
  positionOf(conversation: number, device: PeerId, seq: number): number {
    const log = this.head(conversation, device)
    if (log === null) return 0
    const to = entryNumber(log.key, Math.min(seq, log.seq))
    return this.#sql.positionOf.get(entryNumber(log.key, 1), to)?.position ?? 0
  }

  /** Entries of one log behind `seq`. */
  entries(log: number, seq: number, limit: number): EntryRow[] {
    const start = entryNumber(log, 0)
    const rows = this.#sql.entries.all(start + seq, entryNumber(log + 1, 0), limit)
    return rows.map(({ n, place, envelope }) => ({ place, seq: n - start, envelope }))
  }

  /** Accounts none of whose devices has acknowledged all that we wrote. */
  waitingAccounts(): AccountId[] {
    return this.conversations().flatMap(({ account }) => (this.isWaiting(account) ? [account] : []))
  }

  isWaiting(account: AccountId): boolean {
    const row = this.conversationWith(account)
    return row !== null && this.logs(row.key).some((log) => log.account === this.#me && log.seq > log.delivered)
  }

  /** Moves the head of the entry's log to it, and gives the log's key. */
  #advanceHead(conversation: number, { id, entry }: SignedEntry): number {
    const { account, device, seq, clock } = entry
    const log = this.head(conversation, device)
    if (log === null) return this.#rows.addLog({ conversation, account, device, seq, id, clock }).key
    this.#rows.saveLog({ ...log, seq, id, clock })
    return log.key
  }

  #required(id: ConversationId): ConversationRow {
    const row = this.conversation(id)
    if (row === null) throw new Error('a conversation is gone while something was written in it')
    return row
  }
}

function prepareAll(db: Database) {
  return {
    addEntry: db.prepare<
      [number, number, number, string, string, number, number, number | null, string | null, Uint8Array]
    >(
      `INSERT INTO chat_entries (n, conversation, place, id, kind, sent_ms, stored_ms, position, text, envelope)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addMilestone: db.prepare<[number, string, number, number | null, number, string | null]>(
      `INSERT INTO chat_milestones (log, step, seq, sent_ms, at_ms, route) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    idAt: db.prepare<[number], { id: MessageId }>('SELECT id FROM chat_entries WHERE n = ?'),
    entries: db.prepare<[number, number, number], { n: number; place: number; envelope: Uint8Array }>(
      'SELECT n, place, envelope FROM chat_entries WHERE n > ? AND n < ? ORDER BY n LIMIT ?',
    ),
    messages: db.prepare<[number, number], { count: number }>(
      `SELECT count(*) AS count FROM chat_entries WHERE n BETWEEN ? AND ? AND position IS NOT NULL`,
    ),
    unread: db.prepare<[number, number, string], { count: number }>(
      `SELECT count(*) AS count FROM chat_entries e JOIN chat_logs l ON l.key = e.n / ${LOG_SIZE}
       WHERE e.conversation = ? AND e.position > ? AND l.account <> ?`,
    ),
    lastOfLogs: db.prepare<[number, number, number, string], { log: number; device: PeerId; n: number }>(
      `SELECT l.key AS log, l.device, max(e.n) AS n FROM chat_entries e JOIN chat_logs l ON l.key = e.n / ${LOG_SIZE}
       WHERE e.conversation = ? AND e.position > ? AND e.position <= ? AND l.account <> ? GROUP BY l.key`,
    ),
    positionOf: db.prepare<[number, number], { position: number }>(
      `SELECT position FROM chat_entries WHERE n BETWEEN ? AND ? AND position IS NOT NULL ORDER BY n DESC LIMIT 1`,
    ),
  }
}
