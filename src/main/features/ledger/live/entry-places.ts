import type { Database } from '../../../platform/database.ts'
import { fromHex, type Hex } from '../bytes.ts'
import type { CertifiedBlock } from '../block.ts'
import type { Changed } from '../chain.ts'
import { migrations } from './migrations.ts'

/** The key under which the tables have a network, once a `ChainStore` of it was made. */
export function networkKey(database: Database, network: Hex): number {
  database.migrate('ledger-live', migrations)
  const row = database
    .prepare<[Uint8Array], { key: number }>('SELECT key FROM ledger_networks WHERE id = ?')
    .get(fromHex(network))
  if (row === undefined) throw new Error('a network that was opened is not in the database')
  return row.key
}

/** Where an entry lies: `index` of those in the block at `height`. */
export interface Lying {
  readonly height: number
  readonly index: number
}

/** In which block of the chain each entry lies. */
export class EntryPlaces {
  readonly #network: number
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, network: number) {
    this.#network = network
    this.#sql = prepareAll(database)
  }

  /** Within the transaction that changes the chain. */
  follow({ left, joined }: Changed): void {
    for (const { entries } of left) for (const { id } of entries) this.#sql.remove.run(this.#network, fromHex(id))
    for (const block of joined) this.#put(block)
  }

  clear(): void {
    this.#sql.clear.run(this.#network)
  }

  heightOf(id: Hex): number | null {
    return this.of(id)?.height ?? null
  }

  of(id: Hex): Lying | null {
    return this.#sql.height.get(this.#network, fromHex(id)) ?? null
  }

  /** Of one account, the newest first. */
  ofAccount(account: Hex, limit: number): Lying[] {
    return this.#sql.ofAccount.all(this.#network, fromHex(account), limit)
  }

  #put({ header, entries }: CertifiedBlock): void {
    for (const [index, { id, account }] of entries.entries()) {
      this.#sql.put.run(this.#network, fromHex(id), header.height, index, fromHex(account))
    }
  }
}

function prepareAll(database: Database) {
  return {
    put: database.prepare<[number, Uint8Array, number, number, Uint8Array]>(
      'INSERT OR REPLACE INTO ledger_live_entries (network, id, height, place, account) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: database.prepare<[number, Uint8Array]>('DELETE FROM ledger_live_entries WHERE network = ? AND id = ?'),
    clear: database.prepare<[number]>('DELETE FROM ledger_live_entries WHERE network = ?'),
    height: database.prepare<[number, Uint8Array], Lying>(
      'SELECT height, place AS "index" FROM ledger_live_entries WHERE network = ? AND id = ?',
    ),
    ofAccount: database.prepare<[number, Uint8Array, number], Lying>(
      `SELECT height, place AS "index" FROM ledger_live_entries
       WHERE network = ? AND account = ? ORDER BY height DESC, place DESC LIMIT ?`,
    ),
  }
}
