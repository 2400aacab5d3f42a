import { z } from 'zod'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import { Zone } from '../../../shared/model/names.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { MAX_CACHED, MAX_JSON_CHARS, MAX_STORED } from './cache-limits.ts'
import { zoneKey } from './near.ts'
import type { SignedZone } from './zone.ts'

/** Steps are only ever added at the end: every database out there has run those before. */
const migrations: readonly string[] = [
  `
  -- Zones of others that were looked up. \`zone\` is JSON, as read from \`bytes\` when their signature held: this database
  -- is ours alone, and checking 4,000 signatures anew would hold up a start for half a second.
  CREATE TABLE names_cache (
    key TEXT PRIMARY KEY,
    network TEXT NOT NULL,
    zone TEXT NOT NULL,
    bytes BLOB NOT NULL,
    unknown_records INTEGER NOT NULL,
    kept_ms INTEGER NOT NULL,
    fresh_until_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL,
    hits INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX names_cache_by_use ON names_cache (network, used_ms);
  `,
]

/** A zone that is kept. Times are the wall clock's, as they outlive the process. */
export interface Kept {
  readonly signed: SignedZone
  keptMs: number
  freshUntilMs: number
  usedMs: number
  hits: number
}

interface Row {
  key: string
  network: string
  zone: string
  bytes: Uint8Array
  unknown_records: number
  kept_ms: number
  fresh_until_ms: number
  used_ms: number
  hits: number
}

const Count = z.int().nonnegative()

/** The resource map on the disk. */
export class CacheStore {
  readonly #database: Database
  readonly #save: Statement<[Row]>
  readonly #remove: Statement<[string]>

  constructor(database: Database) {
    database.migrate('names-cache', migrations)
    this.#database = database
    this.#save = database.prepare(
      `INSERT OR REPLACE INTO names_cache (key, network, zone, bytes, unknown_records, kept_ms, fresh_until_ms, used_ms, hits)
       VALUES (@key, @network, @zone, @bytes, @unknown_records, @kept_ms, @fresh_until_ms, @used_ms, @hits)`,
    )
    this.#remove = database.prepare('DELETE FROM names_cache WHERE key = ?')
  }

  /** What was kept of a network and has not expired, the one used longest ago first. Drops the rest. */
  load(network: NetworkId, nowMs: number): Kept[] {
    this.#drop(nowMs)
    const rows = this.#database
      .prepare<[string, number], Row>('SELECT * FROM names_cache WHERE network = ? ORDER BY used_ms DESC LIMIT ?')
      .all(network, MAX_CACHED)
    const kept: Kept[] = []
    for (const row of rows.toReversed()) {
      const one = fromRow(row, network)
      // Written by another version, or by nobody of ours: it is looked up again.
      if (one === null) this.#remove.run(row.key)
      else kept.push(one)
    }
    return kept
  }

  /** All at once, as each commit waits for the disk. */
  write(changed: Iterable<Kept>, removed: Iterable<string>): void {
    this.#database.transaction(() => {
      for (const key of removed) this.#remove.run(key)
      for (const one of changed) this.#save.run(toRow(one))
    })
  }

  clear(network: NetworkId): void {
    this.#database.prepare<[string]>('DELETE FROM names_cache WHERE network = ?').run(network)
  }

  #drop(nowMs: number): void {
    this.#database.transaction(() => {
      this.#database
        .prepare<[number]>("DELETE FROM names_cache WHERE json_valid(zone) = 0 OR json_extract(zone, '$.expiresAtMs') <= ?")
        .run(nowMs)
      this.#database
        .prepare<[number]>(
          'DELETE FROM names_cache WHERE key NOT IN (SELECT key FROM names_cache ORDER BY used_ms DESC LIMIT ?)',
        )
        .run(MAX_STORED)
    })
  }
}

function toRow({ signed, keptMs, freshUntilMs, usedMs, hits }: Kept): Row {
  return {
    key: signed.key,
    network: signed.zone.network,
    zone: JSON.stringify(signed.zone),
    bytes: signed.bytes,
    unknown_records: signed.unknownRecords,
    kept_ms: Math.round(keptMs),
    fresh_until_ms: Math.round(freshUntilMs),
    used_ms: Math.round(usedMs),
    hits,
  }
}

function fromRow(row: Row, network: NetworkId): Kept | null {
  const zone = row.zone.length > MAX_JSON_CHARS ? null : Zone.safeParse(parsed(row.zone))
  const counts = z.array(Count).safeParse([row.kept_ms, row.fresh_until_ms, row.used_ms, row.hits, row.unknown_records])
  if (zone?.success !== true || !counts.success || zone.data.network !== network) return null
  const key = zoneKey(network, zone.data.name)
  if (key !== row.key) return null
  return {
    signed: { zone: zone.data, key, bytes: new Uint8Array(row.bytes), unknownRecords: row.unknown_records },
    keptMs: row.kept_ms,
    freshUntilMs: row.fresh_until_ms,
    usedMs: row.used_ms,
    hits: row.hits,
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
