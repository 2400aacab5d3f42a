import type { PeerId } from '../../../../shared/ids.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { makeHpkeKeys } from '../../../platform/hpke.ts'
import { KEY_ID_BYTES, type Hex, type OneTimeKey } from '../../../protocols/mailbox/index.ts'
import { KEY_LASTS_MS, SAFETY_MS } from '../limits.ts'
import { isOver, settle, weeklyIsDue, weeklyIsOver, weeklyUntilMs, type GivenKey, type WeeklyKey } from './decide.ts'

export interface OwnKeysParts {
  readonly database: Database
  readonly clock: Clock
  /** Random bytes. */
  readonly randomBytes: (length: number) => Uint8Array
}

/** A key that may open a letter, and what to do once it did. */
export interface OpeningKey {
  readonly privateKey: Uint8Array
  readonly secrecy: 'once' | 'weekly'
  /** For good, in the transaction that is open. A weekly key stays. */
  destroy(): void
}

/** New keys, which are stored; nothing may be sealed to them from `untilMs` on. */
export interface Gift {
  readonly keys: OneTimeKey[]
  readonly untilMs: number
}

/** What others were given by us: private halves, in the database until a letter was opened with them. */
export class OwnKeys {
  readonly #parts: OwnKeysParts
  readonly #sql

  constructor(parts: OwnKeysParts) {
    this.#parts = parts
    this.#sql = statements(parts.database)
  }

  /**
   * A device tells which of its keys are left. Gives those that are of no use to it any more, and new ones.
   */
  async give(device: PeerId, unused: readonly Hex[], want: number): Promise<Gift & { gone: readonly Hex[] }> {
    const { database, clock, randomBytes } = this.#parts
    const nowMs = clock.nowMs()
    const given = this.#sql.of.all(device).map(givenOf)
    const { spent, gone, give } = settle(given, unused, want, this.#sql.count.get()?.count ?? 0)
    const made = await Promise.all(Array.from({ length: give }, () => makeHpkeKeys()))
    const keys = made.map((pair) => ({ ...pair, id: Buffer.from(randomBytes(KEY_ID_BYTES)).toString('hex') }))
    const untilMs = nowMs + KEY_LASTS_MS
    database.transaction(() => {
      for (const id of spent) this.#sql.spend.run(nowMs, id)
      for (const { id, privateKey } of keys) this.#sql.add.run(id, device, privateKey, untilMs)
    })
    return { keys: keys.map(({ id, publicKey }) => ({ id, key: publicKey })), untilMs: untilMs - SAFETY_MS, gone }
  }

  /** Keys in the place of those that letters were opened with, to go along with a letter; at most so many. */
  topUp(device: PeerId, most: number): Promise<Gift> {
    const left = this.#sql.of.all(device).filter(({ spent_ms: spentMs }) => spentMs === null)
    return this.give(device, left.map(({ id }) => id), most)
  }

  /** Keys that a letter with this id may be sealed to, the likeliest first. */
  openers(id: Hex): OpeningKey[] {
    const once = this.#sql.byId.get(id)
    if (once !== undefined) return [{ privateKey: once.private, secrecy: 'once', destroy: () => this.#destroy(id) }]
    return this.#sql.weekly.all().map((row) => ({ privateKey: row.private, secrecy: 'weekly', destroy: () => {} }))
  }

  /** The mail key that goes into the card now; made anew each week. */
  async weekly(): Promise<{ publicKey: Uint8Array; untilMs: number }> {
    const { database, clock } = this.#parts
    const current = this.#current()
    if (current !== null && !weeklyIsDue(current, clock.nowMs())) return { publicKey: current.public, untilMs: weeklyUntilMs(current) }
    const { publicKey, privateKey } = await makeHpkeKeys()
    const nowMs = clock.nowMs()
    database.transaction(() => {
      this.#sql.replace.run(nowMs)
      this.#sql.addWeekly.run(publicKey, privateKey, nowMs)
    })
    return { publicKey, untilMs: weeklyUntilMs({ madeMs: nowMs, replacedMs: null }) }
  }

  /** Destroys what can open nothing any more; gives how many keys. */
  sweep(): number {
    const { database, clock } = this.#parts
    const nowMs = clock.nowMs()
    const once = this.#sql.all.all().map(givenOf).filter((key) => isOver(key, nowMs))
    const weekly = this.#sql.weekly.all().filter((row) => weeklyIsOver(weeklyOf(row), nowMs))
    database.transaction(() => {
      for (const { id } of once) this.#destroy(id)
      for (const { id } of weekly) {
        this.#sql.wipeWeekly.run(id)
        this.#sql.removeWeekly.run(id)
      }
    })
    return once.length + weekly.length
  }

  /** Keys that were destroyed leave the write-ahead log too, where their pages lie as they were. */
  flush(): void {
    this.#sql.checkpoint.get()
  }

  /** Keys that this device was given open nothing any more. */
  forget(device: PeerId): void {
    this.#parts.database.transaction(() => {
      for (const { id } of this.#sql.of.all(device)) this.#destroy(id)
    })
  }

  /** Zeros over it first: a row that is only deleted may stay readable in its page. */
  #destroy(id: Hex): void {
    this.#sql.wipe.run(id)
    this.#sql.remove.run(id)
  }

  #current(): (WeeklyKey & { readonly public: Uint8Array }) | null {
    const row = this.#sql.weekly.all().find(({ replaced_ms: replacedMs }) => replacedMs === null)
    return row === undefined ? null : { ...weeklyOf(row), public: row.public }
  }
}

interface KeyRow {
  readonly id: Hex
  readonly until_ms: number
  readonly spent_ms: number | null
}

interface WeeklyRow {
  readonly id: number
  readonly public: Uint8Array
  readonly private: Uint8Array
  readonly made_ms: number
  readonly replaced_ms: number | null
}

function givenOf({ id, until_ms: untilMs, spent_ms: spentMs }: KeyRow): GivenKey {
  return { id, untilMs, spentMs }
}

function weeklyOf({ made_ms: madeMs, replaced_ms: replacedMs }: WeeklyRow): WeeklyKey {
  return { madeMs, replacedMs }
}

function statements(database: Database) {
  return {
    of: database.prepare<[string], KeyRow>('SELECT id, until_ms, spent_ms FROM mail_own_keys WHERE device = ?'),
    all: database.prepare<[], KeyRow>('SELECT id, until_ms, spent_ms FROM mail_own_keys'),
    count: database.prepare<[], { count: number }>('SELECT count(*) AS count FROM mail_own_keys'),
    byId: database.prepare<[string], { private: Uint8Array }>('SELECT private FROM mail_own_keys WHERE id = ?'),
    add: database.prepare<[string, string, Uint8Array, number]>('INSERT INTO mail_own_keys VALUES (?, ?, ?, ?, NULL)'),
    spend: database.prepare<[number, string]>('UPDATE mail_own_keys SET spent_ms = ? WHERE id = ?'),
    wipe: database.prepare<[string]>('UPDATE mail_own_keys SET private = zeroblob(32) WHERE id = ?'),
    remove: database.prepare<[string]>('DELETE FROM mail_own_keys WHERE id = ?'),
    weekly: database.prepare<[], WeeklyRow>('SELECT * FROM mail_weekly ORDER BY id DESC'),
    addWeekly: database.prepare<[Uint8Array, Uint8Array, number]>('INSERT INTO mail_weekly VALUES (NULL, ?, ?, ?, NULL)'),
    replace: database.prepare<[number]>('UPDATE mail_weekly SET replaced_ms = ? WHERE replaced_ms IS NULL'),
    checkpoint: database.prepare<[]>('PRAGMA wal_checkpoint(TRUNCATE)'),
    wipeWeekly: database.prepare<[number]>('UPDATE mail_weekly SET private = zeroblob(32) WHERE id = ?'),
    removeWeekly: database.prepare<[number]>('DELETE FROM mail_weekly WHERE id = ?'),
  }
}
