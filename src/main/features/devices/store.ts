import { PeerId } from '../../../shared/ids.ts'
import type { Database } from '../../platform/database.ts'

/**
 * `device_arrived`: what came with the account and was not handed out yet. `device_seen`: when devices of this account were
 * last here. `device_synced`: what this device and the others last agreed on, by key. Steps are only ever added at the end.
 */
const MIGRATIONS = [
  `CREATE TABLE device_arrived (what TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE device_seen (peer_id TEXT PRIMARY KEY, seen_ms INTEGER NOT NULL) STRICT;
   CREATE TABLE device_synced (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
]

export class DeviceStore {
  readonly #db: Database

  constructor(database: Database) {
    database.migrate('devices', MIGRATIONS)
    this.#db = database
  }

  arrived(): { what: string; value: string }[] {
    return this.#db.prepare<[], { what: string; value: string }>('SELECT what, value FROM device_arrived').all()
  }

  putArrived(carried: Readonly<Record<string, string>>): void {
    const put = this.#db.prepare<[string, string]>('INSERT OR REPLACE INTO device_arrived (what, value) VALUES (?, ?)')
    this.#db.transaction(() => {
      for (const [what, value] of Object.entries(carried)) put.run(what, value)
    })
  }

  handedOut(what: string): void {
    this.#db.prepare<[string]>('DELETE FROM device_arrived WHERE what = ?').run(what)
  }

  seen(): Map<PeerId, number> {
    const rows = this.#db.prepare<[], { peer_id: string; seen_ms: number }>('SELECT peer_id, seen_ms FROM device_seen').all()
    return new Map(rows.map(({ peer_id, seen_ms }) => [PeerId.parse(peer_id), seen_ms]))
  }

  putSeen(peerId: PeerId, nowMs: number): void {
    const sql = 'INSERT INTO device_seen (peer_id, seen_ms) VALUES (?, ?) ON CONFLICT DO UPDATE SET seen_ms = excluded.seen_ms'
    this.#db.prepare<[string, number]>(sql).run(peerId, Math.round(nowMs))
  }

  /** As JSON; undefined: nothing was ever agreed. */
  agreed(key: string): string | undefined {
    return this.#db.prepare<[string], { value: string }>('SELECT value FROM device_synced WHERE key = ?').get(key)?.value
  }

  allAgreed(prefix: string): string[] {
    const sql = 'SELECT key FROM device_synced WHERE key >= ? AND key < ?'
    return this.#db.prepare<[string, string], { key: string }>(sql).all(prefix, `${prefix}\u{10ffff}`).map(({ key }) => key)
  }

  agree(key: string, value: string): void {
    const sql = 'INSERT INTO device_synced (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'
    this.#db.prepare<[string, string]>(sql).run(key, value)
  }
}
