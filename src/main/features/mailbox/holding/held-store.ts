import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { HeldMail } from '../../../../shared/model/mailbox.ts'
import type { Database } from '../../../platform/database.ts'
import { digestOf, MAX_LETTERS_IN_PAGE, MAX_PAGE_BYTES, type Hex, type ListedLetter } from '../../../protocols/mailbox/index.ts'
import { BOX_IDLE_MS, BOX_LASTS_MS, KEEP_MS, MAX_BOXES, MAX_BOXES_OF_ACCOUNT } from '../limits.ts'

export interface Box {
  readonly device: PeerId
  readonly account: AccountId
  readonly box: Hex
}

/** What is held here for others, and for whom. */
export class HeldStore {
  readonly #database: Database
  readonly #sql
  /** Null: to be counted. */
  #allBytes: number | null = null

  constructor(database: Database) {
    this.#database = database
    this.#sql = statements(database)
  }

  boxOf(device: PeerId): Box | null {
    return this.#sql.boxOf.get(device) ?? null
  }

  byBox(box: Hex): Box | null {
    return this.#sql.byBox.get(box) ?? null
  }

  /** A device has one box; a new one takes its place. `taken`: somebody else has this one. */
  register({ device, account, box }: Box, nowMs: number): 'registered' | 'full' | 'taken' {
    return this.#database.transaction(() => {
      const own = this.boxOf(device)
      const other = this.byBox(box)
      if (other !== null && other.device !== device) return 'taken'
      if (own === null) {
        const { all, ofAccount } = this.#sql.boxes.get(account) ?? { all: 0, ofAccount: 0 }
        if (ofAccount >= MAX_BOXES_OF_ACCOUNT) return 'full'
        if (all >= MAX_BOXES && this.#sql.makeRoom.run(nowMs - BOX_IDLE_MS).changes === 0) return 'full'
      }
      this.#allBytes = null
      // Its account may be another one than before: what came for that one is not for this.
      if (own !== null && own.account !== account) this.#sql.removeLetters.run(device)
      this.#sql.putBox.run(device, account, box, nowMs)
      return 'registered'
    })
  }

  seen(device: PeerId, nowMs: number): void {
    this.#sql.seen.run(nowMs, device)
  }

  unregister(device: PeerId): void {
    this.#allBytes = null
    this.#database.transaction(() => {
      this.#sql.removeLetters.run(device)
      this.#sql.removeBox.run(device)
    })
  }

  /** `again`: it is here already. */
  add({ device, account }: Box, sealed: Uint8Array, nowMs: number): 'held' | 'again' {
    const { changes } = this.#sql.add.run(device, account, digestOf(sealed), sealed.byteLength, nowMs, sealed)
    if (changes === 0) return 'again'
    if (this.#allBytes !== null) this.#allBytes += sealed.byteLength
    return 'held'
  }

  /** The oldest beyond `after`, as many as fit into a page. */
  page(device: PeerId, after: number): { letters: ListedLetter[]; more: boolean } {
    const listed = this.#sql.list.all(device, after, MAX_LETTERS_IN_PAGE + 1)
    let bytes = 0
    const fitting = listed.slice(0, MAX_LETTERS_IN_PAGE).filter((row) => (bytes += row.bytes) <= MAX_PAGE_BYTES)
    const letters = fitting.map((row) => ({ ...row, sealed: this.#sql.sealed.get(row.seq)?.sealed ?? new Uint8Array() }))
    return { letters, more: listed.length > letters.length }
  }

  acknowledge(device: PeerId, digests: readonly Hex[]): number {
    this.#allBytes = null
    return this.#database.transaction(() => digests.reduce((sum, digest) => sum + this.#sql.acknowledge.run(device, digest).changes, 0))
  }

  usedBy(account: AccountId): { bytes: number; letters: number } {
    return this.#sql.used.get(account) ?? { bytes: 0, letters: 0 }
  }

  allBytes(): number {
    return (this.#allBytes ??= this.#sql.all.get()?.bytes ?? 0)
  }

  accounts(): HeldMail[] {
    return this.#sql.accounts.all().map(({ account, letters, bytes, oldestMs }) => ({ account, letters, bytes, oldestMs }))
  }

  devicesOf(account: AccountId): PeerId[] {
    return this.#sql.devicesOf.all(account).map(({ device }) => device)
  }

  /** Throws away what was held for long enough, and who did not come for so long. Gives how many letters and boxes. */
  sweep(nowMs: number): number {
    this.#allBytes = null
    return this.#database.transaction(() => {
      // Taken before the clock was set back: it would be held for ever.
      this.#sql.fromTheFuture.run(nowMs, nowMs)
      const letters = this.#sql.expire.run(nowMs - KEEP_MS).changes
      const boxes = this.#sql.expireBoxes.run(nowMs - BOX_LASTS_MS).changes
      return letters + boxes
    })
  }
}

interface Used {
  readonly bytes: number
  readonly letters: number
}

function statements(database: Database) {
  const box = 'SELECT device, account, box FROM mail_boxes'
  return {
    boxOf: database.prepare<[string], Box>(`${box} WHERE device = ?`),
    byBox: database.prepare<[string], Box>(`${box} WHERE box = ?`),
    boxes: database.prepare<[string], { all: number; ofAccount: number }>(
      'SELECT count(*) AS "all", count(*) FILTER (WHERE account = ?) AS ofAccount FROM mail_boxes',
    ),
    putBox: database.prepare<[string, string, string, number]>('INSERT OR REPLACE INTO mail_boxes VALUES (?, ?, ?, ?)'),
    makeRoom: database.prepare<[number]>(
      `DELETE FROM mail_boxes WHERE device = (
         SELECT device FROM mail_boxes b WHERE seen_ms <= ? AND NOT EXISTS (SELECT 1 FROM mail_letters l WHERE l.device = b.device)
         ORDER BY seen_ms LIMIT 1
       )`,
    ),
    seen: database.prepare<[number, string]>('UPDATE mail_boxes SET seen_ms = ? WHERE device = ?'),
    removeBox: database.prepare<[string]>('DELETE FROM mail_boxes WHERE device = ?'),
    removeLetters: database.prepare<[string]>('DELETE FROM mail_letters WHERE device = ?'),
    add: database.prepare<[string, string, string, number, number, Uint8Array]>(
      'INSERT OR IGNORE INTO mail_letters (device, account, digest, bytes, at_ms, sealed) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    list: database.prepare<[string, number, number], { seq: number; digest: Hex; bytes: number }>(
      'SELECT seq, digest, bytes FROM mail_letters WHERE device = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    sealed: database.prepare<[number], { sealed: Uint8Array }>('SELECT sealed FROM mail_letters WHERE seq = ?'),
    acknowledge: database.prepare<[string, string]>('DELETE FROM mail_letters WHERE device = ? AND digest = ?'),
    used: database.prepare<[string], Used>('SELECT coalesce(sum(bytes), 0) AS bytes, count(*) AS letters FROM mail_letters WHERE account = ?'),
    all: database.prepare<[], { bytes: number }>('SELECT coalesce(sum(bytes), 0) AS bytes FROM mail_letters'),
    accounts: database.prepare<[], HeldMail>(
      `SELECT b.account, count(l.seq) AS letters, coalesce(sum(l.bytes), 0) AS bytes, min(l.at_ms) AS oldestMs
       FROM (SELECT DISTINCT account FROM mail_boxes) b LEFT JOIN mail_letters l ON l.account = b.account
       GROUP BY b.account ORDER BY b.account`,
    ),
    devicesOf: database.prepare<[string], { device: PeerId }>('SELECT device FROM mail_boxes WHERE account = ?'),
    fromTheFuture: database.prepare<[number, number]>('UPDATE mail_letters SET at_ms = ? WHERE at_ms > ?'),
    expire: database.prepare<[number]>('DELETE FROM mail_letters WHERE at_ms <= ?'),
    expireBoxes: database.prepare<[number]>('DELETE FROM mail_boxes WHERE seen_ms <= ?'),
  }
}
