import type { Database } from '../../platform/database.ts'
import type { BackupKey } from './key.ts'

/**
 * `backup_last`: of the last one that worked. `backup_automatic`: where and how often, and what the passphrase came to. The latter
 * opens what it makes, so it lies in the database, which only the keys of this device open. Steps are only ever added at the end.
 */
const MIGRATIONS = [
  `CREATE TABLE backup_last (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL) STRICT;
   CREATE TABLE backup_automatic (
     one INTEGER PRIMARY KEY CHECK (one = 1), folder TEXT NOT NULL, every_ms INTEGER NOT NULL, keep INTEGER NOT NULL,
     salt BLOB NOT NULL, key BLOB NOT NULL
   ) STRICT`,
]

/** Of this device: a backup holds none of it. */
export const BACKUP_TABLES = ['backup_last', 'backup_automatic'] as const

export interface LastBackup {
  readonly atMs: number
  readonly path: string
  readonly bytes: number
}

export interface KeptAutomatic {
  readonly folder: string
  readonly everyMs: number
  readonly keep: number
  readonly key: BackupKey
}

export class BackupStore {
  readonly #db: Database

  constructor(database: Database) {
    database.migrate('backup', MIGRATIONS)
    this.#db = database
  }

  last(): LastBackup | null {
    const row = this.#db.prepare<[], { at_ms: number; path: string; bytes: number }>('SELECT * FROM backup_last').get()
    return row === undefined ? null : { atMs: row.at_ms, path: row.path, bytes: row.bytes }
  }

  putLast({ atMs, path, bytes }: LastBackup): void {
    const sql = 'INSERT OR REPLACE INTO backup_last (one, at_ms, path, bytes) VALUES (1, ?, ?, ?)'
    this.#db.prepare<[number, string, number]>(sql).run(Math.round(atMs), path, bytes)
  }

  automatic(): KeptAutomatic | null {
    interface Row { folder: string; every_ms: number; keep: number; salt: Uint8Array; key: Uint8Array }
    const row = this.#db.prepare<[], Row>('SELECT * FROM backup_automatic').get()
    if (row === undefined) return null
    const { folder, every_ms: everyMs, keep, salt, key } = row
    return { folder, everyMs, keep, key: { salt: new Uint8Array(salt), key: new Uint8Array(key) } }
  }

  putAutomatic(automatic: KeptAutomatic | null): void {
    this.#db.transaction(() => {
      this.#db.prepare<[]>('DELETE FROM backup_automatic').run()
      if (automatic === null) return
      const sql = 'INSERT INTO backup_automatic (one, folder, every_ms, keep, salt, key) VALUES (1, ?, ?, ?, ?, ?)'
      const { folder, everyMs, keep, key } = automatic
      this.#db.prepare<[string, number, number, Uint8Array, Uint8Array]>(sql).run(folder, everyMs, keep, key.salt, key.key)
    })
  }
}
