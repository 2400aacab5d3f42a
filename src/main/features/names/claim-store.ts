import { EntryId, NameLabel, type NetworkId } from '../../../shared/model/ledger.ts'
import type { Database } from '../../platform/database.ts'
import type { Claiming } from './claim-plan.ts'

/** Steps are only ever added at the end: every database out there has run those before. */
const migrations: readonly string[] = [
  `
  -- Names on their way to this account. Salts, and entries in no block yet, are the ledger's.
  CREATE TABLE names_claims (
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    commitment TEXT,
    registration TEXT,
    committed INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    refused TEXT,
    refused_ms INTEGER,
    PRIMARY KEY (network, name)
  ) STRICT, WITHOUT ROWID;

  -- What this person was told of a name, so that a restart does not tell it again. \`term\`: when the name expires;
  -- \`days\`: how many were left.
  CREATE TABLE names_reminded (
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    term INTEGER NOT NULL,
    days INTEGER NOT NULL,
    PRIMARY KEY (network, name)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Names that are to point to this device as soon as they are this account's: claimed or taken here.
  CREATE TABLE names_to_point (
    network TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (network, name)
  ) STRICT, WITHOUT ROWID;
  `,
]

interface Row {
  network: string
  name: string
  started_ms: number
  commitment: string | null
  registration: string | null
  committed: number
  attempts: number
  refused: string | null
  refused_ms: number | null
}

/** What of claims, of what follows them and of reminders survives a restart, for one network. */
export class ClaimStore {
  readonly #database: Database
  readonly #network: NetworkId

  constructor(database: Database, network: NetworkId) {
    database.migrate('names-claims', migrations)
    this.#database = database
    this.#network = network
  }

  /** The oldest first. */
  list(): Claiming[] {
    const sql = 'SELECT * FROM names_claims WHERE network = ? ORDER BY started_ms, name'
    return this.#database.prepare<[string], Row>(sql).all(this.#network).map(claimingOf)
  }

  put(claiming: Claiming): void {
    const { name, commitment, registration, attempts, refused } = claiming
    const row: Row = {
      network: this.#network,
      name,
      started_ms: Math.round(claiming.startedMs),
      commitment,
      registration,
      committed: claiming.isCommitted ? 1 : 0,
      attempts,
      refused,
      refused_ms: claiming.refusedMs === null ? null : Math.round(claiming.refusedMs),
    }
    this.#database
      .prepare<[Row]>(
        `INSERT OR REPLACE INTO names_claims
         VALUES (@network, @name, @started_ms, @commitment, @registration, @committed, @attempts, @refused, @refused_ms)`,
      )
      .run(row)
  }

  drop(name: NameLabel): void {
    this.#database
      .prepare<[string, string]>('DELETE FROM names_claims WHERE network = ? AND name = ?')
      .run(this.#network, name)
  }

  /** Those that are to point to this device as soon as they are this account's. */
  toPoint(): NameLabel[] {
    const sql = 'SELECT name FROM names_to_point WHERE network = ? ORDER BY name'
    return this.#database.prepare<[string], { name: string }>(sql).all(this.#network).map(({ name }) => NameLabel.parse(name))
  }

  pointLater(name: NameLabel): void {
    this.#database.prepare<[string, string]>('INSERT OR IGNORE INTO names_to_point VALUES (?, ?)').run(this.#network, name)
  }

  pointNoMore(name: NameLabel): void {
    this.#database.prepare<[string, string]>('DELETE FROM names_to_point WHERE network = ? AND name = ?').run(this.#network, name)
  }

  /** The network is forgotten. */
  clear(): void {
    for (const table of ['names_claims', 'names_reminded', 'names_to_point']) {
      this.#database.prepare<[string]>(`DELETE FROM ${table} WHERE network = ?`).run(this.#network)
    }
  }

  /** How many days were left when this person was told last that this term ends; null: not told. */
  remindedAt(name: NameLabel, expiresMs: number): number | null {
    const sql = 'SELECT days FROM names_reminded WHERE network = ? AND name = ? AND term = ?'
    const row = this.#database.prepare<[string, string, number], { days: number }>(sql).get(this.#network, name, expiresMs)
    return row?.days ?? null
  }

  reminded(name: NameLabel, expiresMs: number, days: number): void {
    this.#database
      .prepare<[string, string, number, number]>('INSERT OR REPLACE INTO names_reminded VALUES (?, ?, ?, ?)')
      .run(this.#network, name, expiresMs, days)
  }
}

/** The database is sealed against everybody else, and what went in was checked. */
function claimingOf(row: Row): Claiming {
  return {
    name: NameLabel.parse(row.name),
    startedMs: row.started_ms,
    commitment: row.commitment === null ? null : EntryId.parse(row.commitment),
    registration: row.registration === null ? null : EntryId.parse(row.registration),
    isCommitted: row.committed === 1,
    attempts: row.attempts,
    refused: row.refused,
    refusedMs: row.refused_ms,
  }
}
