import { z } from 'zod'
import { Address, PeerId, TimeMs } from '../../../shared/ids.ts'
import { Introducer } from '../../../shared/model/reach.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { MAX_FORGOTTEN } from './limits.ts'

const migrations = [
  `CREATE TABLE reach_introducers (
     peer_id TEXT PRIMARY KEY,
     origin TEXT NOT NULL,
     vouched_by TEXT,
     enabled INTEGER NOT NULL,
     given TEXT NOT NULL,
     card TEXT,
     record BLOB,
     rtt_ms REAL,
     registered_ms INTEGER NOT NULL,
     added_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE reach_forgotten (
     peer_id TEXT PRIMARY KEY,
     forgotten_ms INTEGER NOT NULL
   ) STRICT`,
]

/** What an introducer said of itself, and its signature over that. */
export interface Said {
  readonly name: string
  readonly addresses: readonly string[]
  readonly stun: readonly string[]
  readonly issuedMs: number
  readonly expiresMs: number
  /** The signed record as it came, to hand on. */
  readonly envelope: Uint8Array
}

/** An introducer, as it is remembered. */
export interface KnownIntroducer {
  readonly peerId: PeerId
  readonly origin: Introducer['origin']
  readonly vouchedBy: PeerId | null
  readonly enabled: boolean
  /** Addresses that somebody here gave for it, without the peer id. */
  readonly given: readonly string[]
  readonly said: Said | null
  /** As last measured; null: never. */
  readonly rttMs: number | null
  /** The time on the last registration that it took: the next must be newer. */
  readonly registeredMs: number
  readonly addedMs: number
}

interface Row {
  peer_id: string
  origin: string
  vouched_by: string | null
  enabled: number
  given: string
  card: string | null
  record: Uint8Array | null
  rtt_ms: number | null
  registered_ms: number
  added_ms: number
}

const Card = z.object({
  name: z.string(),
  addresses: z.array(Address),
  stun: z.array(z.string()),
  issuedMs: TimeMs,
  expiresMs: TimeMs,
})

/** Introducers on the disk, and which of them are to stay forgotten. Bounds on the former are the caller's. */
export class IntroducerStore {
  readonly #save: Statement<[Row]>
  readonly #remove: Statement<[string]>
  readonly #all: Statement<[], Row>
  readonly #database: Database

  constructor(database: Database) {
    database.migrate('reach', migrations)
    this.#database = database
    this.#save = database.prepare<[Row]>(
      `INSERT OR REPLACE INTO reach_introducers
         (peer_id, origin, vouched_by, enabled, given, card, record, rtt_ms, registered_ms, added_ms)
       VALUES (@peer_id, @origin, @vouched_by, @enabled, @given, @card, @record, @rtt_ms, @registered_ms, @added_ms)`,
    )
    this.#remove = database.prepare<[string]>('DELETE FROM reach_introducers WHERE peer_id = ?')
    this.#all = database.prepare<[], Row>('SELECT * FROM reach_introducers ORDER BY added_ms')
  }

  all(): KnownIntroducer[] {
    return this.#all.all().map(fromRow)
  }

  save(introducer: KnownIntroducer): void {
    this.#save.run(toRow(introducer))
  }

  remove(peerId: PeerId): void {
    this.#remove.run(peerId)
  }

  isForgotten(peerId: PeerId): boolean {
    return this.#database.prepare<[string]>('SELECT 1 FROM reach_forgotten WHERE peer_id = ?').get(peerId) !== undefined
  }

  /** The oldest of more than MAX_FORGOTTEN may come back. */
  forget(peerId: PeerId, nowMs: number): void {
    this.#database.transaction(() => {
      this.remove(peerId)
      this.#database
        .prepare<[string, number]>('INSERT OR REPLACE INTO reach_forgotten (peer_id, forgotten_ms) VALUES (?, ?)')
        .run(peerId, nowMs)
      this.#database
        .prepare<[number]>(
          `DELETE FROM reach_forgotten WHERE peer_id NOT IN
             (SELECT peer_id FROM reach_forgotten ORDER BY forgotten_ms DESC, rowid DESC LIMIT ?)`,
        )
        .run(MAX_FORGOTTEN)
    })
  }

  unforget(peerId: PeerId): void {
    this.#database.prepare<[string]>('DELETE FROM reach_forgotten WHERE peer_id = ?').run(peerId)
  }
}

function toRow(one: KnownIntroducer): Row {
  const { envelope = null, ...card } = one.said ?? {}
  return {
    peer_id: one.peerId,
    origin: one.origin,
    vouched_by: one.vouchedBy,
    enabled: one.enabled ? 1 : 0,
    given: JSON.stringify(one.given),
    card: one.said === null ? null : JSON.stringify(card),
    record: envelope,
    rtt_ms: one.rttMs,
    registered_ms: one.registeredMs,
    added_ms: one.addedMs,
  }
}

function fromRow(row: Row): KnownIntroducer {
  return {
    peerId: PeerId.parse(row.peer_id),
    origin: Introducer.shape.origin.parse(row.origin),
    vouchedBy: PeerId.nullable().parse(row.vouched_by),
    enabled: row.enabled === 1,
    given: z.array(Address).parse(JSON.parse(row.given)),
    said:
      row.card === null || row.record === null
        ? null
        : { ...Card.parse(JSON.parse(row.card)), envelope: new Uint8Array(row.record) },
    rttMs: row.rtt_ms,
    registeredMs: row.registered_ms,
    addedMs: row.added_ms,
  }
}
