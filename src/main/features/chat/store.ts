import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'
import { conversationIdOf, isContentOf, membersOf, readOwnEntry, talkIdOf, type LogPosition, type SignedEntry } from '../../protocols/chat/index.ts'
import { prepareAll, type EntryRow } from './log-rows.ts'
import { migrations } from './migrations.ts'
import { entryNumber, placeOf } from './numbers.ts'
import { Rows, type ConversationRow, type LogRow, type Mark } from './rows.ts'
import type { Accepted, Changed, Milestone } from './store-types.ts'
import { View, type Effect } from './view.ts'

export type { EntryRow } from './log-rows.ts'
export type { ConversationKind, ConversationRow, LogRow, Mark } from './rows.ts'

export type { Accepted, Changed, Milestone } from './store-types.ts'

/**
 * Conversations and their logs. Every method is one step; what belongs together goes into one `transaction`, which is
 * durable when it returns.
 */
export class LogStore {
  readonly view: View
  /** Of what was read of the database: a transaction that failed begins a new one. */
  generation = 0
  /** An entry of a roster was stored. */
  onRoster: (row: ConversationRow, n: number, signed: SignedEntry, nowMs: number) => Effect | null = () => null
  readonly #database: Database
  readonly #me: AccountId
  readonly #rows: Rows
  readonly #sql: ReturnType<typeof prepareAll>
  /** Of groups, by the key of each half: who is to have what is written there. */
  readonly #audiences = new Map<number, readonly AccountId[]>()

  constructor(database: Database, me: AccountId) {
    database.migrate('chat', migrations)
    this.#database = database
    this.#me = me
    this.#rows = new Rows(database)
    this.#sql = prepareAll(database)
    this.view = new View(database, me, this.#rows)
  }

  transaction<T>(body: () => T): T {
    try {
      return this.#database.transaction(body)
    } catch (error) {
      this.#rows.reload()
      this.generation += 1
      throw error
    }
  }

  get rows(): Rows {
    return this.#rows
  }

  conversations(): ConversationRow[] {
    return this.#rows.conversations()
  }

  conversation(id: ConversationId): ConversationRow | null {
    return this.#rows.conversation(id)
  }

  isGroup(id: ConversationId): boolean {
    return (this.conversation(id)?.roster ?? null) !== null
  }

  conversationWith(account: AccountId): ConversationRow | null {
    return this.#rows.conversationWith(account)
  }

  /** The conversation with `account`, made if there is none; with one's own: notes. */
  openConversation(account: AccountId, nowMs: number): ConversationRow {
    const id = conversationIdOf(membersOf(this.#me, account))
    const kind = account === this.#me ? 'self' : 'direct'
    return this.#rows.conversation(id) ?? this.#rows.addConversation({ id, kind, account, roster: null, createdMs: nowMs })
  }

  /** One half of a group, made if it is not there. */
  openHalf(kind: 'talk' | 'roster', id: ConversationId, roster: ConversationId, nowMs: number): ConversationRow {
    return this.#rows.conversation(id) ?? this.#rows.addConversation({ id, kind, account: null, roster, createdMs: nowMs })
  }

  setAudience(key: number, accounts: readonly AccountId[]): void {
    this.#audiences.set(key, accounts)
  }

  /** The highest Lamport number of a conversation; the two halves of a group count together. */
  clockOf({ clock, kind, roster }: ConversationRow): number {
    if (roster === null) return clock
    const sibling = kind === 'talk' ? this.conversation(roster) : this.conversation(talkIdOf(roster))
    return Math.max(clock, sibling?.clock ?? 0)
  }

  /** Who else is to have what is written in a conversation. */
  audience({ key, kind, account }: ConversationRow): readonly AccountId[] {
    if (kind === 'direct' && account !== null) return [account]
    return this.#audiences.get(key) ?? []
  }

  logs(conversation: number): LogRow[] {
    return this.#rows.logs(conversation)
  }

  head(conversation: number, device: PeerId): LogRow | null {
    return this.#rows.log(conversation, device)
  }

  mark(log: number, account: AccountId): Mark {
    return this.#rows.mark(log, account)
  }

  idAt(log: number, seq: number): MessageId | null {
    return this.#sql.idAt.get(entryNumber(log, seq))?.id ?? null
  }

  /** Puts an entry behind the head of its log. The caller has judged it. What it shows or changes is returned. */
  append(id: ConversationId, { signed, block }: Accepted, nowMs: number): Effect {
    const row = this.#required(id)
    const { entry, envelope } = signed
    const log = this.#advanceHead(row.key, signed)
    const place = row.entries + 1
    const clock = Math.max(row.clock, entry.clock)
    this.#rows.saveConversation({ ...row, entries: place, clock, storedMs: nowMs })
    const n = entryNumber(log, entry.seq)
    this.#sql.addEntry.run(n, row.key, place, signed.id, entry.body.kind, entry.sentAtMs, nowMs, envelope)
    const effect = this.onRoster(row, n, signed, nowMs) ?? this.view.apply(id, n, signed, block, nowMs)
    if (entry.account === this.#me && effect.shown !== null && this.audience(row).length > 0) this.#oneMoreWaits(id)
    return effect
  }

  /** The block of an entry that came without. Null: it was not missing, or this is another one. */
  late({ conversation, device, seq }: LogPosition, block: Uint8Array, nowMs: number): Effect | null {
    const row = this.conversation(conversation)
    const log = row === null ? null : this.head(row.key, device)
    if (row === null || log === null) return null
    const n = entryNumber(log.key, seq)
    const envelope = this.view.blocks.isMissing(n) ? this.#sql.envelope.get(n)?.envelope : undefined
    const signed = envelope === undefined ? null : readOwnEntry(envelope)
    if (signed?.body?.kind !== 'post' || !isContentOf(signed.body, block)) return null
    return this.view.late(conversation, n, signed, block, nowMs)
  }

  /**
   * A log of ours reached `seq` at somebody, or was read up to it. What they say of entries that are not in it is not
   * believed. Null where nothing changed.
   */
  advance({ conversation: id, device, seq }: LogPosition, milestone: Milestone): Changed | null {
    const row = this.#required(id)
    const log = this.head(row.key, device)
    if (log === null || log.account !== this.#me) return null
    const { step, account, sentMs, atMs, route, detail = '' } = milestone
    const mark = this.mark(log.key, account)
    const from = mark[step] + 1
    const to = Math.min(seq, log.seq)
    if (to < from) {
      // Held once more, as the time was over for which it was held before.
      if (step === 'held' && to === mark.held) this.#sql.addMilestone.run(log.key, account, step, to, sentMs, atMs, route, detail)
      return null
    }
    const before = this.#reached(row, log)
    this.#sql.addMilestone.run(log.key, account, step, to, sentMs, atMs, route, detail)
    this.#rows.saveMark(log.key, account, { ...mark, [step]: to })
    const reached = this.#reached(row, log)
    // Another device of ours, or one of many, changes nothing of what waits: a long history is not counted for each 64 of it.
    if (reached !== before) {
      this.recountWaiting(id)
      this.view.blocks.settle(entryNumber(log.key, 1), entryNumber(log.key, reached))
    }
    return { conversation: id, account, log: log.key, from, to }
  }

  /** When a log of ours was left in a mailbox for somebody, up to where it is held. */
  heldMs(log: number, account: AccountId): number | null {
    return this.#sql.heldMs.get(log, account, this.mark(log, account).held)?.atMs ?? null
  }

  /** What a message says is gone here; also for others who have not got it, if `evenOwed`. */
  drop(id: ConversationId, n: number, evenOwed: boolean): void {
    const row = this.#required(id)
    this.view.drop(n, (one) => {
      const { log: key, seq } = placeOf(one)
      const log = this.logs(row.key).find((other) => other.key === key)
      return !evenOwed && log?.account === this.#me && this.audience(row).length > 0 && seq > this.#reached(row, log)
    })
  }

  /** Read up to and with `position`, here or on another device of ours. */
  setRead(id: ConversationId, position: number): void {
    const row = this.#required(id)
    if (position <= row.readPosition) return
    this.#rows.saveConversation({ ...row, readPosition: position })
    this.view.recount(id)
  }

  setReceipted(id: ConversationId, position: number): void {
    const row = this.#required(id)
    if (position > row.receipted) this.#rows.saveConversation({ ...row, receipted: position })
  }

  /** Logs of others as far as they were read and not receipted yet. */
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
    return rows.map(({ n, ...row }) => ({ ...row, seq: n - start }))
  }

  /** Accounts none of whose devices has acknowledged all that we wrote for them. */
  waitingAccounts(): AccountId[] {
    const all = new Set(this.conversations().flatMap((row) => this.audience(row)))
    return [...all].filter((account) => this.isWaiting(account))
  }

  isWaiting(account: AccountId): boolean {
    return this.sharedWith(account).some((row) => this.lacks(row, account))
  }

  /** Conversations in which an account is to have what is written. */
  sharedWith(account: AccountId): ConversationRow[] {
    const direct = this.conversationWith(account)
    const shared = direct === null ? [] : [direct]
    for (const [key, accounts] of this.#audiences) {
      const row = accounts.includes(account) ? this.#rows.byKey(key) : null
      if (row !== null) shared.push(row)
    }
    return shared
  }

  /** Whether we wrote something in a conversation that none of their devices has acknowledged. */
  lacks(row: ConversationRow, account: AccountId): boolean {
    if (row.kind === 'self') return false
    const own = this.logs(row.key).filter((log) => log.account === this.#me)
    return own.some(({ key, seq }) => seq > this.mark(key, account).delivered)
  }

  #oneMoreWaits(id: ConversationId): void {
    const row = this.#required(id)
    this.#rows.saveConversation({ ...row, waiting: row.waiting + 1 })
  }

  /** Up to where a log of ours is with everybody who is to have it. */
  #reached(row: ConversationRow, log: LogRow): number {
    return Math.min(log.seq, ...this.audience(row).map((account) => this.mark(log.key, account).delivered))
  }

  /** Our messages that not everybody has who is to have them. */
  recountWaiting(id: ConversationId): void {
    const row = this.#required(id)
    const audience = this.audience(row)
    let waiting = 0
    for (const log of audience.length === 0 ? [] : this.logs(row.key)) {
      if (log.account !== this.#me) continue
      const reached = this.#reached(row, log)
      if (reached < log.seq) waiting += this.#sql.shown.get(entryNumber(log.key, reached), entryNumber(log.key, log.seq))?.count ?? 0
    }
    if (waiting !== row.waiting) this.#rows.saveConversation({ ...row, waiting })
  }

  /** Moves the head of the entry's log to it, and gives the log's key. */
  #advanceHead(conversation: number, { id, entry }: SignedEntry): number {
    const { account, device, seq, clock } = entry
    const log = this.head(conversation, device)
    if (log === null) return this.#rows.addLog({ conversation, account, device, seq, id, clock, begins: 0 }).key
    this.#rows.saveLog({ ...log, seq, id, clock })
    return log.key
  }

  #required(id: ConversationId): ConversationRow {
    const row = this.conversation(id)
    if (row === null) throw new Error('a conversation is gone while something was written in it')
    return row
  }
}
