import { z } from 'zod'
import { decode, encode } from '../../platform/cbor.ts'
import type { Database } from '../../platform/database.ts'
import { type CertifiedBlock, decodeHeader, type SealedHeader } from './block.ts'
import { fromHex, type Hex, toHex } from './bytes.ts'
import { decodeEntry } from './entry.ts'
import { decodeGenesis, encodeGenesis, type Genesis, networkOf } from './genesis.ts'
import { genesisState, LedgerState, type StateRecord, type Undo } from './state.ts'
import { getRecord, recordsOf, treeOf } from './state-tree.ts'
import { migrations } from './migrations.ts'

/** A block of the store without what is large. */
export interface StoredHeader {
  readonly header: SealedHeader
  readonly certificate: Uint8Array
  /** What its certificate weighs. */
  readonly weight: number
  /** And with that of all blocks before it. */
  readonly total: number
  readonly onChain: boolean
}

interface HeaderRow {
  header: Uint8Array
  certificate: Uint8Array
  weight: number
  total: number
  on_chain: number
}

/** Our own rows: written by this code, so their form is not asked again. */
const anything = z.unknown()
const ownRow = <T>(bytes: Uint8Array): T => decode(bytes, anything, Number.MAX_SAFE_INTEGER) as T

/** The networks that a database knows. */
export function knownNetworks(database: Database): Genesis[] {
  database.migrate('ledger', migrations)
  const rows = database.prepare<[], { genesis: Uint8Array }>('SELECT genesis FROM ledger_networks ORDER BY key').all()
  return rows.map(({ genesis }) => decodeGenesis(genesis))
}

/**
 * The chain of one network in the database. Every method is one step; what belongs together goes into one `transaction`,
 * which is durable when it returns, so a process killed at any moment leaves a chain that ends with a whole block.
 */
export class ChainStore {
  readonly #database: Database
  readonly #key: number
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, genesis: Genesis) {
    database.migrate('ledger', migrations)
    this.#database = database
    this.#sql = prepareAll(database)
    const network = fromHex(networkOf(genesis))
    this.#key = database.transaction(() => {
      const row = this.#sql.network.get(network)
      return row === undefined ? this.#begin(network, genesis) : row.key
    })
  }

  transaction<T>(body: () => T): T {
    return this.#database.transaction(body)
  }

  /** The id of the last block, or of the network; and the height below which there is nothing. */
  head(): { id: Hex; base: number } {
    const row = this.#sql.head.get(this.#key)
    if (row === undefined) throw new Error('this network is not in the database')
    return { id: toHex(row.head), base: row.base }
  }

  setHead(id: Hex): void {
    this.#sql.setHead.run(fromHex(id), this.#key)
  }

  /** All of it, read once at a start. */
  state(): LedgerState {
    const rows = this.#sql.state.all(this.#key)
    return new LedgerState(treeOf(rows.map(({ key, record }) => [key, ownRow<StateRecord>(record)] as const)))
  }

  /** Writes what `state` has under these keys now. */
  putState(keys: Iterable<string>, state: LedgerState): void {
    for (const key of keys) {
      const record = getRecord(state.tree, key)
      if (record === undefined) this.#sql.removeRecord.run(this.#key, key)
      else this.#sql.putRecord.run(this.#key, key, encode(record))
    }
  }

  put(block: CertifiedBlock, weight: number, undo: Undo, onChain: boolean): void {
    const total = this.total(block.header.parent) + weight
    const { header, entries, certificate } = block
    const bytes = encode(entries.map((entry) => entry.bytes))
    const [id, parent] = [fromHex(header.id), fromHex(header.parent)]
    const flag = onChain ? 1 : 0
    const record = encode(undo)
    const { height } = header
    this.#sql.put.run(this.#key, id, height, parent, weight, total, flag, header.bytes, certificate, record, bytes)
  }

  /** What the chain up to a block weighs; nothing before the first. */
  total(id: Hex): number {
    return this.#sql.total.get(this.#key, fromHex(id))?.total ?? 0
  }

  get(id: Hex): StoredHeader | undefined {
    return stored(this.#sql.byId.get(this.#key, fromHex(id)))
  }

  /** The block of the chain at a height. */
  at(height: number): StoredHeader | undefined {
    return stored(this.#sql.atHeight.get(this.#key, height))
  }

  /** Of the chain, from a height on, upwards. */
  range(from: number, limit: number): StoredHeader[] {
    return this.#sql.range.all(this.#key, from, limit).flatMap((row) => stored(row) ?? [])
  }

  /** With its entries; undefined where it is not here, or where only its state is. */
  block(id: Hex): CertifiedBlock | undefined {
    const row = this.#sql.whole.get(this.#key, fromHex(id))
    if (row?.entries == null) return undefined
    const entries = ownRow<Uint8Array[]>(row.entries).map(decodeEntry)
    return { header: decodeHeader(row.header), entries, certificate: row.certificate }
  }

  /** The same as it is sent (`encodeBlock`), without reading its entries. */
  encoded(id: Hex): Uint8Array | undefined {
    const row = this.#sql.whole.get(this.#key, fromHex(id))
    if (row?.entries == null) return undefined
    return encode({ header: row.header, entries: ownRow<Uint8Array[]>(row.entries), certificate: row.certificate })
  }

  undo(id: Hex): Undo | undefined {
    const record = this.#sql.undo.get(this.#key, fromHex(id))?.undo
    return record == null ? undefined : ownRow<Undo>(record)
  }

  /** Blocks beside the chain that nothing follows. */
  sideHeads(): StoredHeader[] {
    return this.#sql.sideHeads.all(this.#key).flatMap((row) => stored(row) ?? [])
  }

  sideBlocks(): number {
    return this.#sql.sideBlocks.get(this.#key)?.count ?? 0
  }

  place(id: Hex, onChain: boolean): void {
    this.#sql.place.run(onChain ? 1 : 0, this.#key, fromHex(id))
  }

  /** What it weighs more, all that follow it weigh more too. */
  reweigh(id: Hex, certificate: Uint8Array, weight: number): void {
    const more = weight - (this.get(id)?.weight ?? weight)
    const network = this.#key
    this.transaction(() => {
      this.#sql.reweigh.run(certificate, weight, network, fromHex(id))
      this.#sql.addToTotals.run({ network, id: fromHex(id), more })
    })
  }

  /** What can no longer be taken back keeps its block and loses its undo record; branches from below go, whole. */
  forgetBelow(height: number): void {
    this.#sql.forgetUndo.run(this.#key, height)
    this.#sql.forgetSide.run({ network: this.#key, height })
  }

  /** Begins anew at a block whose state came from elsewhere and was checked. */
  replace(header: SealedHeader, certificate: Uint8Array, weight: number, state: LedgerState): void {
    this.transaction(() => {
      this.#sql.dropBlocks.run(this.#key)
      this.#sql.dropState.run(this.#key)
      const [id, parent] = [fromHex(header.id), fromHex(header.parent)]
      this.#sql.put.run(this.#key, id, header.height, parent, weight, weight, 1, header.bytes, certificate, null, null)
      for (const [key, record] of recordsOf(state.tree)) this.#sql.putRecord.run(this.#key, key, encode(record))
      this.setHead(header.id)
      this.#sql.setBase.run(header.height, this.#key)
    })
  }

  #begin(network: Uint8Array, genesis: Genesis): number {
    this.#sql.addNetwork.run(network, encodeGenesis(genesis), network)
    const row = this.#sql.network.get(network)
    if (row === undefined) throw new Error('a network that was written is not there')
    for (const [key, record] of recordsOf(genesisState(genesis).tree)) {
      this.#sql.putRecord.run(row.key, key, encode(record))
    }
    return row.key
  }
}

function stored(row: HeaderRow | undefined): StoredHeader | undefined {
  if (row === undefined) return undefined
  const { certificate, weight, total } = row
  return { header: decodeHeader(row.header), certificate, weight, total, onChain: row.on_chain === 1 }
}

type PutRow = [
  network: number,
  id: Uint8Array,
  height: number,
  parent: Uint8Array,
  weight: number,
  total: number,
  onChain: number,
  header: Uint8Array,
  certificate: Uint8Array,
  undo: Uint8Array | null,
  entries: Uint8Array | null,
]

const HEADER = 'SELECT header, certificate, weight, total, on_chain FROM ledger_blocks'

function prepareAll(database: Database) {
  return {
    network: database.prepare<[Uint8Array], { key: number }>('SELECT key FROM ledger_networks WHERE id = ?'),
    addNetwork: database.prepare<[Uint8Array, Uint8Array, Uint8Array]>(
      'INSERT INTO ledger_networks (id, genesis, head, base) VALUES (?, ?, ?, 0)',
    ),
    head: database.prepare<[number], { head: Uint8Array; base: number }>(
      'SELECT head, base FROM ledger_networks WHERE key = ?',
    ),
    setHead: database.prepare<[Uint8Array, number]>('UPDATE ledger_networks SET head = ? WHERE key = ?'),
    setBase: database.prepare<[number, number]>('UPDATE ledger_networks SET base = ? WHERE key = ?'),
    state: database.prepare<[number], { key: string; record: Uint8Array }>(
      'SELECT key, record FROM ledger_state WHERE network = ?',
    ),
    putRecord: database.prepare<[number, string, Uint8Array]>('INSERT OR REPLACE INTO ledger_state VALUES (?, ?, ?)'),
    removeRecord: database.prepare<[number, string]>('DELETE FROM ledger_state WHERE network = ? AND key = ?'),
    dropState: database.prepare<[number]>('DELETE FROM ledger_state WHERE network = ?'),
    put: database.prepare<PutRow>(
      `INSERT INTO ledger_blocks
       (network, id, height, parent, weight, total, on_chain, header, certificate, undo, entries)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    byId: database.prepare<[number, Uint8Array], HeaderRow>(`${HEADER} WHERE network = ? AND id = ?`),
    atHeight: database.prepare<[number, number], HeaderRow>(`${HEADER} WHERE network = ? AND height = ? AND on_chain = 1`),
    range: database.prepare<[number, number, number], HeaderRow>(
      `${HEADER} WHERE network = ? AND height >= ? AND on_chain = 1 ORDER BY height LIMIT ?`,
    ),
    whole: database.prepare<
      [number, Uint8Array],
      Pick<HeaderRow, 'header' | 'certificate'> & { entries: Uint8Array | null }
    >('SELECT header, certificate, entries FROM ledger_blocks WHERE network = ? AND id = ?'),
    undo: database.prepare<[number, Uint8Array], { undo: Uint8Array | null }>(
      'SELECT undo FROM ledger_blocks WHERE network = ? AND id = ?',
    ),
    sideHeads: database.prepare<[number], HeaderRow>(
      `${HEADER} AS one WHERE network = ? AND on_chain = 0 AND NOT EXISTS
       (SELECT 1 FROM ledger_blocks WHERE network = one.network AND parent = one.id)`,
    ),
    total: database.prepare<[number, Uint8Array], { total: number }>(
      'SELECT total FROM ledger_blocks WHERE network = ? AND id = ?',
    ),
    addToTotals: database.prepare<{ network: number; id: Uint8Array; more: number }>(
      `WITH RECURSIVE following (id) AS (
         SELECT @id
         UNION ALL
         SELECT next.id FROM ledger_blocks AS next JOIN following ON next.parent = following.id
         WHERE next.network = @network
       )
       UPDATE ledger_blocks SET total = total + @more
       WHERE network = @network AND id IN (SELECT id FROM following)`,
    ),
    sideBlocks: database.prepare<[number], { count: number }>(
      'SELECT count(*) AS count FROM ledger_blocks WHERE network = ? AND on_chain = 0',
    ),
    place: database.prepare<[number, number, Uint8Array]>(
      'UPDATE ledger_blocks SET on_chain = ? WHERE network = ? AND id = ?',
    ),
    reweigh: database.prepare<[Uint8Array, number, number, Uint8Array]>(
      'UPDATE ledger_blocks SET certificate = ?, weight = ? WHERE network = ? AND id = ?',
    ),
    forgetUndo: database.prepare<[number, number]>(
      'UPDATE ledger_blocks SET undo = NULL WHERE network = ? AND height = ? AND on_chain = 1',
    ),
    forgetSide: database.prepare<{ network: number; height: number }>(
      `WITH RECURSIVE gone (id) AS (
         SELECT id FROM ledger_blocks WHERE network = @network AND height <= @height AND on_chain = 0
         UNION ALL
         SELECT next.id FROM ledger_blocks AS next JOIN gone ON next.parent = gone.id
         WHERE next.network = @network AND next.on_chain = 0
       )
       DELETE FROM ledger_blocks WHERE network = @network AND id IN (SELECT id FROM gone)`,
    ),
    dropBlocks: database.prepare<[number]>('DELETE FROM ledger_blocks WHERE network = ?'),
  }
}
