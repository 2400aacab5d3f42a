import { AccountId, type PeerId } from '../../shared/ids.ts'
import { MiB } from '../../shared/units.ts'
import { distanceOf, placeOfPeer, type Place } from '../features/names/index.ts'
import type { Database, Statement } from '../platform/database.ts'
import { migrations } from './dht-persist.ts'
import { keyOf, placeOfKey } from './dht-records.ts'

/** What a network of 50 devices with 25,000 accounts gives to each, at 20 holders of a list. */
export const MAX_LISTS = 10_000
/** On the disk: 4 KiB for each of them; one of two devices has some 600 bytes. */
export const MAX_LISTS_BYTES = 40 * MiB

/** A device list held for others: judged when it came. */
export interface HeldList {
  readonly account: AccountId
  /** The higher one is the newer one. */
  readonly seq: number
  readonly envelope: Uint8Array
}

export interface ListBounds {
  readonly lists: number
  readonly bytes: number
}

interface Row {
  account: string
  seq: number
  envelope: Uint8Array
}

/**
 * Lists on the disk, of which what lies farthest from this device makes room: by age, ten thousand accounts that somebody
 * made in a minute would drive out everybody's. What is nearer is asked for here; what is farther, others hold.
 */
export class HeldLists {
  readonly #database: Database
  readonly #here: Place
  readonly #bounds: ListBounds
  readonly #one: Statement<[string], Row>
  readonly #drop: Statement<[string]>
  #size: ListBounds = { lists: 0, bytes: 0 }

  constructor(database: Database, me: PeerId, bounds: ListBounds = { lists: MAX_LISTS, bytes: MAX_LISTS_BYTES }) {
    database.migrate('dht', migrations)
    this.#database = database
    this.#here = placeOfPeer(me)
    this.#bounds = bounds
    this.#one = database.prepare('SELECT account, seq, envelope FROM dht_device_lists WHERE account = ?')
    this.#drop = database.prepare('DELETE FROM dht_device_lists WHERE account = ?')
    this.#measure()
  }

  get(account: AccountId): HeldList | null {
    const row = this.#one.get(account)
    return row === undefined ? null : fromRow(row)
  }

  /** In place of whatever there was of its account. The same once more is one that was passed on now. */
  hold({ account, seq, envelope }: HeldList, nowMs: number): { readonly outcome: 'held' | 'refused'; readonly why: string } {
    return this.#database.transaction(() => {
      const before = this.#size
      this.#database.onRollback(() => (this.#size = before))
      this.#forget(this.#one.get(account))
      const distance = distanceOf(this.#here, placeOfKey(keyOf('latch-devices', account)))
      const sql = `INSERT INTO dht_device_lists (account, seq, envelope, distance, stored_ms, provided_ms) VALUES (?, ?, ?, ?, ?, ?)`
      const atMs = Math.round(nowMs)
      this.#database.prepare<[string, number, Uint8Array, Uint8Array, number, number]>(sql).run(account, seq, envelope, distance, atMs, atMs)
      this.#size = { lists: this.#size.lists + 1, bytes: this.#size.bytes + envelope.byteLength }
      let isHeld = true
      while (this.#size.lists > this.#bounds.lists || this.#size.bytes > this.#bounds.bytes) {
        const far = this.#database.prepare<[], Row>('SELECT * FROM dht_device_lists ORDER BY distance DESC LIMIT 1').get()
        if (far === undefined) break
        this.#forget(far)
        isHeld &&= far.account !== account
      }
      if (isHeld) return { outcome: 'held', why: 'there is room for it' }
      return { outcome: 'refused', why: 'Nearer lists take all the room there is.' }
    })
  }

  /** Those passed on longest ago, before `beforeMs`. */
  due(beforeMs: number, limit: number): HeldList[] {
    const sql = 'SELECT account, seq, envelope FROM dht_device_lists WHERE provided_ms <= ? ORDER BY provided_ms, account LIMIT ?'
    return this.#database.prepare<[number, number], Row>(sql).all(Math.round(beforeMs), limit).map(fromRow)
  }

  provided(account: AccountId, nowMs: number): void {
    const sql = 'UPDATE dht_device_lists SET provided_ms = ? WHERE account = ?'
    this.#database.prepare<[number, string]>(sql).run(Math.round(nowMs), account)
  }

  count(): number {
    return this.#size.lists
  }

  #forget(row: Row | undefined): void {
    if (row === undefined) return
    this.#drop.run(row.account)
    this.#size = { lists: this.#size.lists - 1, bytes: this.#size.bytes - row.envelope.byteLength }
  }

  #measure(): void {
    const sql = 'SELECT count(*) AS lists, coalesce(sum(length(envelope)), 0) AS bytes FROM dht_device_lists'
    this.#size = this.#database.prepare<[], ListBounds>(sql).get() ?? { lists: 0, bytes: 0 }
  }
}

/** The database is sealed against everybody else, and what went in was checked. */
function fromRow({ account, seq, envelope }: Row): HeldList {
  return { account: AccountId.parse(account), seq, envelope: new Uint8Array(envelope) }
}
