import type { Database } from '../../../platform/database.ts'
import { fromHex, type Hex, toHex } from '../bytes.ts'
import { commitmentOf, decodeEntry, type Entry } from '../entry.ts'
import { MAX_OWN_KEPT } from './limits.ts'

/** What this account made in one network and would lose with the memory: salts of claims, and entries in no block yet. */
export class OwnEntries {
  readonly #network: number
  readonly #sql: ReturnType<typeof prepareAll>
  readonly #commitment: (name: string, salt: Hex) => Hex
  /** What was claimed here, by its commitment, which tells nobody else. */
  readonly #claimed = new Map<Hex, string>()

  constructor(database: Database, { key, network }: { readonly key: number; readonly network: Hex }, account: Hex) {
    this.#network = key
    this.#sql = prepareAll(database)
    this.#commitment = (name, salt) => commitmentOf(network, account, name, salt)
    for (const { name, salt } of this.#sql.claims.all(key)) this.#claimed.set(this.#commitment(name, toHex(salt)), name)
  }

  /** The name that a claim of this device seals; null where it was made elsewhere. */
  nameOf(commitment: Hex): string | null {
    return this.#claimed.get(commitment) ?? null
  }

  saltOf(name: string): Hex | null {
    const row = this.#sql.salt.get(this.#network, name)
    return row === undefined ? null : toHex(row.salt)
  }

  keepSalt(name: string, salt: Hex, nowMs: number): void {
    this.#sql.putSalt.run(this.#network, name, fromHex(salt), nowMs)
    this.#claimed.set(this.#commitment(name, salt), name)
  }

  keep({ id, bytes }: Entry): void {
    this.#sql.put.run(this.#network, fromHex(id), bytes)
    this.#sql.trim.run(this.#network, this.#network, MAX_OWN_KEPT)
  }

  drop(id: Hex): void {
    this.#sql.drop.run(this.#network, fromHex(id))
  }

  /** In the order of their making. */
  list(): Entry[] {
    return this.#sql.list.all(this.#network).map(({ entry }) => decodeEntry(entry))
  }
}

function prepareAll(database: Database) {
  return {
    claims: database.prepare<[number], { name: string; salt: Uint8Array }>(
      'SELECT name, salt FROM ledger_live_claims WHERE network = ?',
    ),
    salt: database.prepare<[number, string], { salt: Uint8Array }>(
      'SELECT salt FROM ledger_live_claims WHERE network = ? AND name = ?',
    ),
    putSalt: database.prepare<[number, string, Uint8Array, number]>(
      'INSERT OR REPLACE INTO ledger_live_claims (network, name, salt, made_ms) VALUES (?, ?, ?, ?)',
    ),
    put: database.prepare<[number, Uint8Array, Uint8Array]>(
      'INSERT INTO ledger_live_own (network, id, entry) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    drop: database.prepare<[number, Uint8Array]>('DELETE FROM ledger_live_own WHERE network = ? AND id = ?'),
    list: database.prepare<[number], { entry: Uint8Array }>(
      'SELECT entry FROM ledger_live_own WHERE network = ? ORDER BY key',
    ),
    trim: database.prepare<[number, number, number]>(
      `DELETE FROM ledger_live_own WHERE network = ? AND key NOT IN
       (SELECT key FROM ledger_live_own WHERE network = ? ORDER BY key DESC LIMIT ?)`,
    ),
  }
}
