import { z } from 'zod'
import { Address, PeerId } from '../../shared/ids.ts'
import { DAY } from '../../shared/units.ts'
import { nearest, placeOfPeer, type Place } from '../features/names/index.ts'
import type { Database } from '../platform/database.ts'
import { MAX_ADDRESSES_OF_ONE } from './dht-addresses.ts'

/** Steps are only ever added at the end: every database out there has run those before. */
export const migrations: readonly string[] = [
  `
  -- The routing table as it was when this device last looked; \`addresses\` a JSON array.
  CREATE TABLE dht_peers (
    peer TEXT PRIMARY KEY,
    addresses TEXT NOT NULL,
    seen_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Device lists held for others. \`distance\` is between the place of the list and that of this device.
  CREATE TABLE dht_device_lists (
    account TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    distance BLOB NOT NULL,
    stored_ms INTEGER NOT NULL,
    provided_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dht_device_lists_by_distance ON dht_device_lists (distance);
  CREATE INDEX dht_device_lists_by_provided ON dht_device_lists (provided_ms)`,
]

/** Some ten buckets of 20: a table of a network of thousands. */
export const MAX_KEPT_PEERS = 200

/** Who was not met for so long is hardly where it was. */
export const KEPT_FOR_MS = 30 * DAY

/**
 * A table, in the order of its places, with what is to be written down first: half of it whoever is nearest to `own`, whom nobody
 * else would tell of so soon, and half evenly from everywhere.
 */
export function worthKeeping(own: Place, table: readonly PeerId[]): PeerId[] {
  const half = MAX_KEPT_PEERS / 2
  const near = new Set(nearest(own, table, placeOfPeer, half))
  const others = table.filter((peerId) => !near.has(peerId))
  const step = Math.max(1, Math.floor(others.length / half))
  const drawn = others.filter((_, at) => at % step === 0)
  return [...new Set([...near, ...drawn, ...others])]
}

/** A device of the routing table and where it was reached. */
export interface KeptPeer {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  readonly seenMs: number
}

/** The routing table across restarts: the library keeps none. */
export class KeptTable {
  readonly #database: Database

  constructor(database: Database) {
    database.migrate('dht', migrations)
    this.#database = database
  }

  /** The one seen last first. */
  all(): KeptPeer[] {
    const sql = 'SELECT peer, addresses, seen_ms FROM dht_peers ORDER BY seen_ms DESC, peer'
    const rows = this.#database.prepare<[], { peer: string; addresses: string; seen_ms: number }>(sql).all()
    return rows.flatMap(({ peer, addresses, seen_ms: seenMs }) => {
      const read = Kept.safeParse({ peerId: peer, addresses: JSON.parse(addresses), seenMs })
      return read.success ? [read.data] : []
    })
  }

  /** In place of what was there. Those of before that are not in `peers` stay while there is room for them. */
  save(peers: readonly Omit<KeptPeer, 'seenMs'>[], nowMs: number): void {
    const now = peers.filter(({ addresses }) => addresses.length > 0).map((peer) => ({ ...peer, seenMs: Math.round(nowMs) }))
    const ids = new Set(peers.map(({ peerId }) => peerId))
    const before = this.all().filter(({ peerId, seenMs }) => !ids.has(peerId) && nowMs - seenMs < KEPT_FOR_MS)
    const kept = [...now, ...before].slice(0, MAX_KEPT_PEERS)
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM dht_peers').run()
      const insert = this.#database.prepare<[string, string, number]>('INSERT INTO dht_peers (peer, addresses, seen_ms) VALUES (?, ?, ?)')
      for (const { peerId, addresses, seenMs } of kept) {
        insert.run(peerId, JSON.stringify(addresses.slice(0, MAX_ADDRESSES_OF_ONE)), seenMs)
      }
    })
  }
}

const Kept = z.object({ peerId: PeerId, addresses: z.array(Address), seenMs: z.number() })
