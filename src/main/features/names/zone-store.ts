import { AccountId, type PeerId } from '../../../shared/ids.ts'
import { NameLabel, NetworkId } from '../../../shared/model/ledger.ts'
import { Publication } from '../../../shared/model/names.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { MAX_HELD, MAX_HELD_BYTES } from './limits.ts'
import { migrations } from './migrations.ts'
import { distanceOf, type Place, placeOfPeer, placeOfZone, type ZoneKey } from './near.ts'
import type { StampedZone } from './zone.ts'

/** A zone of this account as it was signed last; `publication` null: not yet. */
export interface OwnZone extends StampedZone {
  readonly publication: Publication | null
}

/** A zone held for others. */
export interface HeldZone extends StampedZone {
  readonly storedMs: number
  /** When it was passed on last; at first, when it came. */
  readonly providedMs: number
}

export type Held =
  | { readonly outcome: 'held' }
  /** There are nearer ones for all the room there is. */
  | { readonly outcome: 'too-far'; readonly why: string }

export interface HeldBounds {
  readonly zones: number
  readonly bytes: number
}

interface Row {
  key: Uint8Array
  network: string
  name: string
  owner: string
  seq: number
  issued_ms: number
  expires_ms: number
  bytes: Uint8Array
}

interface OwnRow extends Row {
  published_ms: number | null
  published_seq: number | null
  held: number | null
  asked: number | null
  again_ms: number | null
}

interface HeldRow extends Row {
  size_bytes: number
  distance: Uint8Array
  stored_ms: number
  provided_ms: number
}

const ZONE_COLUMNS = 'key, network, name, owner, seq, issued_ms, expires_ms, bytes'
const ZONE_VALUES = '@key, @network, @name, @owner, @seq, @issued_ms, @expires_ms, @bytes'

/**
 * Zones on the disk: one's own, and those held for others, of which what lies farthest from this device makes room.
 * Judges nothing but what a newer zone is: who asks to hold one judged it (judge.ts). What a call put here survives a
 * kill once the call returned.
 */
export class ZoneStore {
  readonly #database: Database
  readonly #here: Place
  readonly #bounds: HeldBounds
  readonly #ownOne: Statement<[Uint8Array], OwnRow>
  readonly #heldOne: Statement<[Uint8Array], HeldRow>
  readonly #hold: Statement<[HeldRow]>
  readonly #drop: Statement<[Uint8Array]>
  readonly #farthest: Statement<[], { key: Uint8Array; size_bytes: number }>
  readonly #provided: Statement<[number, Uint8Array]>
  #held: HeldBounds = { zones: 0, bytes: 0 }

  constructor(database: Database, me: PeerId, bounds: HeldBounds = { zones: MAX_HELD, bytes: MAX_HELD_BYTES }) {
    database.migrate('names', migrations)
    this.#database = database
    this.#here = placeOfPeer(me)
    this.#bounds = bounds
    this.#ownOne = database.prepare('SELECT * FROM names_own WHERE key = ?')
    this.#heldOne = database.prepare('SELECT * FROM names_held WHERE key = ?')
    this.#hold = database.prepare(
      `INSERT OR REPLACE INTO names_held (${ZONE_COLUMNS}, size_bytes, distance, stored_ms, provided_ms)
       VALUES (${ZONE_VALUES}, @size_bytes, @distance, @stored_ms, @provided_ms)`,
    )
    this.#drop = database.prepare('DELETE FROM names_held WHERE key = ?')
    this.#farthest = database.prepare('SELECT key, size_bytes FROM names_held ORDER BY distance DESC LIMIT 1')
    this.#provided = database.prepare('UPDATE names_held SET provided_ms = ? WHERE key = ?')
    this.#measure()
  }

  // One's own

  own(key: ZoneKey): OwnZone | null {
    const row = this.#ownOne.get(fromHex(key))
    return row === undefined ? null : ownOf(row)
  }

  /** Of a network, by name. */
  ownOnes(network: NetworkId): OwnZone[] {
    const sql = 'SELECT * FROM names_own WHERE network = ? ORDER BY name'
    return this.#database.prepare<[string], OwnRow>(sql).all(network).map(ownOf)
  }

  /** Takes the place of the one before; what became of publishing that one is no longer said. */
  putOwn(zone: StampedZone): void {
    const sql = `INSERT OR REPLACE INTO names_own (${ZONE_COLUMNS}) VALUES (${ZONE_VALUES})`
    this.#database.prepare<[Row]>(sql).run(toRow(zone))
  }

  /** Of the zone with this number; nothing where another one has come meanwhile. */
  published(key: ZoneKey, { seq, atMs, held, asked, againMs }: Publication): void {
    this.#database
      .prepare<[number, number, number, number, number, Uint8Array, number]>(
        `UPDATE names_own SET published_seq = ?, published_ms = ?, held = ?, asked = ?, again_ms = ?
         WHERE key = ? AND seq = ?`,
      )
      .run(seq, Math.round(atMs), held, asked, Math.round(againMs), fromHex(key), seq)
  }

  // Held for others

  held(key: ZoneKey): HeldZone | null {
    const row = this.#heldOne.get(fromHex(key))
    return row === undefined ? null : heldOf(row)
  }

  /**
   * Holds a zone that `judgeStore` found is to be held, in place of whatever there was of its name; the farthest make
   * room, which may be this one. The same zone once more is one that was passed on now.
   */
  hold(zone: StampedZone, nowMs: number): Held {
    const distance = distanceOf(this.#here, placeOfZone(zone.key))
    const [size_bytes, at_ms] = [zone.bytes.byteLength, Math.round(nowMs)]
    return this.#changing(() => {
      this.#forget(this.held(zone.key))
      this.#hold.run({ ...toRow(zone), size_bytes, distance, stored_ms: at_ms, provided_ms: at_ms })
      this.#held = { zones: this.#held.zones + 1, bytes: this.#held.bytes + size_bytes }
      let isHeld = true
      while (this.#held.zones > this.#bounds.zones || this.#held.bytes > this.#bounds.bytes) {
        const far = this.#farthest.get()
        if (far === undefined) break
        this.#forget({ key: toHex(far.key), bytes: { byteLength: far.size_bytes } })
        isHeld &&= toHex(far.key) !== zone.key
      }
      return isHeld ? { outcome: 'held' } : { outcome: 'too-far', why: 'Nearer zones take all the room there is.' }
    })
  }

  drop(key: ZoneKey): void {
    this.#changing(() => this.#forget(this.held(key)))
  }

  /** Those of a network that were passed on longest ago, before `beforeMs`. */
  due(network: NetworkId, beforeMs: number, limit: number): HeldZone[] {
    const sql = 'SELECT * FROM names_held WHERE network = ? AND provided_ms <= ? ORDER BY provided_ms, key LIMIT ?'
    return this.#database.prepare<[string, number, number], HeldRow>(sql).all(network, Math.round(beforeMs), limit).map(heldOf)
  }

  provided(key: ZoneKey, nowMs: number): void {
    this.#provided.run(Math.round(nowMs), fromHex(key))
  }

  /** Drops what has expired; gives how many went. */
  prune(nowMs: number): number {
    return this.#changing(() => {
      const sql = 'DELETE FROM names_held WHERE expires_ms <= ?'
      const { changes } = this.#database.prepare<[number]>(sql).run(Math.floor(nowMs))
      if (changes > 0) this.#measure()
      return changes
    })
  }

  /** A network that is forgotten: one's own zones in it too. */
  dropNetwork(network: NetworkId): void {
    this.#changing(() => {
      for (const table of ['names_own', 'names_held']) {
        this.#database.prepare<[string]>(`DELETE FROM ${table} WHERE network = ?`).run(network)
      }
      this.#measure()
    })
  }

  /** How much is held for others. */
  size(): HeldBounds {
    return this.#held
  }

  /** What is counted in memory goes back with what a transaction takes back. */
  #changing<T>(change: () => T): T {
    return this.#database.transaction(() => {
      const before = this.#held
      this.#database.onRollback(() => (this.#held = before))
      return change()
    })
  }

  #forget(zone: { readonly key: ZoneKey; readonly bytes: { readonly byteLength: number } } | null): void {
    if (zone === null) return
    this.#drop.run(fromHex(zone.key))
    this.#held = { zones: this.#held.zones - 1, bytes: this.#held.bytes - zone.bytes.byteLength }
  }

  #measure(): void {
    const sql = 'SELECT count(*) AS zones, coalesce(sum(size_bytes), 0) AS bytes FROM names_held'
    this.#held = this.#database.prepare<[], HeldBounds>(sql).get() ?? { zones: 0, bytes: 0 }
  }
}

function toRow({ key, bytes, zone }: StampedZone): Row {
  const { network, name, owner, seq, issuedAtMs, expiresAtMs } = zone
  return { key: fromHex(key), network, name, owner, seq, issued_ms: issuedAtMs, expires_ms: expiresAtMs, bytes }
}

/** The database is sealed against everybody else, and what went in was checked. */
function fromRow(row: Row): StampedZone {
  const { seq, issued_ms: issuedAtMs, expires_ms: expiresAtMs } = row
  const ids = { network: NetworkId.parse(row.network), name: NameLabel.parse(row.name), owner: AccountId.parse(row.owner) }
  return { key: toHex(row.key), bytes: new Uint8Array(row.bytes), zone: { ...ids, seq, issuedAtMs, expiresAtMs } }
}

function ownOf(row: OwnRow): OwnZone {
  const { published_seq: seq, published_ms: atMs, held, asked, again_ms: againMs } = row
  const publication = Publication.safeParse({ seq, atMs, held, asked, againMs })
  return { ...fromRow(row), publication: publication.success ? publication.data : null }
}

function heldOf(row: HeldRow): HeldZone {
  return { ...fromRow(row), storedMs: row.stored_ms, providedMs: row.provided_ms }
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
