import { z } from 'zod'
import { LatchError } from '../../../shared/errors.ts'
import { AccountId, KnockId, PeerId, RuleId } from '../../../shared/ids.ts'
import { Capability, Knock, Rule, SentKnock } from '../../../shared/model/door.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { MAX_CALLERS, MAX_DECLINED, MAX_RECENT, MAX_RECENT_PER_ACCOUNT, MAX_SENT, MAX_UNDELIVERED } from './limits.ts'
import { migrations } from './migrations.ts'

/** A question and everybody who waits for its verdict: one knock for each device, newest last. */
export const Received = z.object({
  knock: Knock,
  callers: z.array(z.object({ peerId: PeerId, id: KnockId })),
  /** Verdicts signed so far; the next one carries the next number. */
  told: z.int().nonnegative(),
})
export type Received = z.infer<typeof Received>

export const Sent = z.object({
  sent: SentKnock,
  /** The number of the newest verdict taken; older ones are replays. */
  seq: z.int().nonnegative(),
  /** The rule that opened our own door because theirs opened. */
  opened: RuleId.nullable(),
  /** What it opened was taken away here: no later verdict opens it again. */
  isOver: z.boolean().default(false),
})
export type Sent = z.infer<typeof Sent>

/** `isOver`: its time was seen to be over, whatever the machine's clock shows later. */
export const StoredRule = Rule.extend({ isOver: z.boolean().default(false) })
export type StoredRule = z.infer<typeof StoredRule>

export const Undelivered = z.object({
  id: KnockId,
  peerId: PeerId,
  capability: Capability,
  seq: z.int().positive(),
  outcome: z.enum(['allowed', 'denied', 'unanswered']),
  until: z.enum(['once', 'quit', 'forever']).nullable(),
  /** When an allowance with an end is over, on the wall clock. */
  endsMs: z.int().nullable().default(null),
  atMs: z.int(),
})
export type Undelivered = z.infer<typeof Undelivered>

type Row = { record: string }

/**
 * What the door keeps across restarts: small records as JSON, checked when they are read. *Errors*: LatchError DAMAGED.
 */
export class DoorStore {
  readonly database: Database
  readonly #statements = new Map<string, Statement>()

  constructor(database: Database) {
    this.database = database
    database.migrate('door', migrations)
  }

  rules(): StoredRule[] {
    return this.#all('SELECT record FROM door_rules ORDER BY rowid', StoredRule, 'rule')
  }

  putRule(rule: StoredRule): void {
    this.#run(
      'INSERT INTO door_rules (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record',
      rule.id,
      JSON.stringify(rule),
    )
  }

  removeRule(id: RuleId): void {
    this.#run('DELETE FROM door_rules WHERE id = ?', id)
  }

  blocked(): AccountId[] {
    return this.#rows<{ account: string }>('SELECT account FROM door_blocked ORDER BY rowid').map(({ account }) =>
      AccountId.parse(account),
    )
  }

  putBlocked(account: AccountId, blocked: boolean): void {
    this.#run(
      blocked
        ? 'INSERT OR IGNORE INTO door_blocked (account) VALUES (?)'
        : 'DELETE FROM door_blocked WHERE account = ?',
      account,
    )
  }

  /** Ids of suggestions that this person does not want. */
  declined(): Set<string> {
    return new Set(this.#rows<{ id: string }>('SELECT id FROM door_declined').map(({ id }) => id))
  }

  decline(id: string, nowMs: number): void {
    this.#run('INSERT OR REPLACE INTO door_declined (id, at_ms) VALUES (?, ?)', id, nowMs)
    this.#run(
      'DELETE FROM door_declined WHERE id IN (SELECT id FROM door_declined ORDER BY rowid DESC LIMIT -1 OFFSET ?)',
      MAX_DECLINED,
    )
  }

  /** Newest first. */
  received(): Received[] {
    return this.#all('SELECT record FROM door_received ORDER BY received_ms DESC, rowid DESC', Received, 'knock')
  }

  putReceived(received: Received): void {
    const { knock } = received
    this.#run(
      `INSERT INTO door_received (id, account, received_ms, record) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
      knock.id,
      knock.account,
      knock.receivedMs,
      JSON.stringify(received),
    )
  }

  /**
   * Drops answered and missed knocks beyond what is listed, and those before `sinceMs`; never one of `needed`.
   * Strangers do not push contacts off the list.
   */
  pruneReceived(needed: ReadonlySet<KnockId>, sinceMs: number, isContact: (account: AccountId) => boolean): KnockId[] {
    const rows = this.#rows<{ id: string; account: string; received_ms: number }>(
      'SELECT id, account, received_ms FROM door_received ORDER BY received_ms DESC, rowid DESC',
    )
    const perAccount = new Map<string, number>()
    let kept = 0
    const isOfContact = rows.map((row) => isContact(row.account as AccountId))
    const contactsFirst = [true, false].flatMap((are) => rows.filter((_row, at) => isOfContact[at] === are))
    const gone = contactsFirst.filter(({ id, account, received_ms }) => {
      if (needed.has(id as KnockId)) return false
      const ofAccount = (perAccount.get(account) ?? 0) + 1
      perAccount.set(account, ofAccount)
      if (ofAccount > MAX_RECENT_PER_ACCOUNT || received_ms < sinceMs) return true
      kept++
      return kept > MAX_RECENT
    })
    for (const { id } of gone) this.#run('DELETE FROM door_received WHERE id = ?', id)
    return gone.map(({ id }) => id as KnockId)
  }

  /** Counts `knocks` more of `account`; gives how many there were before. */
  countCaller(account: AccountId, nowMs: number, knocks = 1): number {
    const before =
      this.#rows<{ knocks: number }>('SELECT knocks FROM door_callers WHERE account = ?', account)[0]?.knocks ?? 0
    this.#run(
      `INSERT INTO door_callers (account, knocks, last_ms) VALUES (?, ?, ?)
       ON CONFLICT (account) DO UPDATE SET knocks = knocks + excluded.knocks, last_ms = excluded.last_ms`,
      account,
      knocks,
      nowMs,
    )
    if (before === 0) {
      this.#run(
        `DELETE FROM door_callers WHERE account IN
         (SELECT account FROM door_callers ORDER BY last_ms DESC LIMIT -1 OFFSET ?)`,
        MAX_CALLERS,
      )
    }
    return before
  }

  /** Newest first. */
  sent(): Sent[] {
    return this.#all('SELECT record FROM door_sent ORDER BY sent_ms DESC, rowid DESC', Sent, 'sent knock')
  }

  putSent(sent: Sent): void {
    this.#run(
      `INSERT INTO door_sent (id, sent_ms, record) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
      sent.sent.id,
      sent.sent.sentMs,
      JSON.stringify(sent),
    )
    this.#run(
      `DELETE FROM door_sent WHERE id IN
       (SELECT id FROM door_sent ORDER BY sent_ms DESC, rowid DESC LIMIT -1 OFFSET ?)`,
      MAX_SENT,
    )
  }

  /** Oldest first. */
  undelivered(peerId: PeerId, sinceMs: number): Undelivered[] {
    this.#run('DELETE FROM door_undelivered WHERE at_ms < ?', sinceMs)
    return this.#all(
      'SELECT record FROM door_undelivered WHERE peer = ? ORDER BY rowid',
      Undelivered,
      'verdict',
      peerId,
    )
  }

  /** Takes the place of an older verdict on the same knock. Where there are too many, a yes is the last to go. */
  putUndelivered(verdict: Undelivered): void {
    this.#run(
      'INSERT OR REPLACE INTO door_undelivered (id, peer, seq, at_ms, record) VALUES (?, ?, ?, ?, ?)',
      verdict.id,
      verdict.peerId,
      verdict.seq,
      verdict.atMs,
      JSON.stringify(verdict),
    )
    this.#run(
      `DELETE FROM door_undelivered WHERE rowid IN
       (SELECT rowid FROM door_undelivered
        ORDER BY json_extract(record, '$.outcome') = 'allowed' DESC, rowid DESC LIMIT -1 OFFSET ?)`,
      MAX_UNDELIVERED,
    )
  }

  /** Verdicts on this knock up to number `seq` need no delivery any more. */
  removeUndelivered(id: KnockId, seq: number): void {
    this.#run('DELETE FROM door_undelivered WHERE id = ? AND seq <= ?', id, seq)
  }

  #all<Schema extends z.ZodType>(sql: string, schema: Schema, what: string, ...params: unknown[]): z.output<Schema>[] {
    return this.#rows<Row>(sql, ...params).map(({ record }) => {
      try {
        return schema.parse(JSON.parse(record))
      } catch (cause) {
        // Left out, a rule that denies would turn into a door that stands open.
        const sentence = `${this.database.path} holds a ${what} of the door that cannot be read. It was left as it is.`
        throw new LatchError('DAMAGED', sentence, { cause })
      }
    })
  }

  #rows<T>(sql: string, ...params: unknown[]): T[] {
    return this.#statement(sql).all(...params) as T[]
  }

  #run(sql: string, ...params: unknown[]): void {
    this.#statement(sql).run(...params)
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
