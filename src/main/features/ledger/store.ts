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
import { type HeaderRow, prepareAll } from './store-sql.ts'

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
      this.#putAll(this.#key, state)
      this.setHead(header.id)
      this.#sql.setBase.run(header.height, this.#key)
    })
  }

  /** The chain ends with this block again, whose state was worked out anew; what came after it, or beside, goes. */
  rewind(head: Pick<SealedHeader, 'id' | 'height'>, state: LedgerState): void {
    this.transaction(() => {
      this.#sql.dropAbove.run(this.#key, head.height)
      this.#sql.dropState.run(this.#key)
      this.#putAll(this.#key, state)
      this.setHead(head.id)
      if (head.height === 0) this.#sql.setBase.run(0, this.#key)
    })
  }

  #begin(network: Uint8Array, genesis: Genesis): number {
    this.#sql.addNetwork.run(network, encodeGenesis(genesis), network)
    const row = this.#sql.network.get(network)
    if (row === undefined) throw new Error('a network that was written is not there')
    this.#putAll(row.key, genesisState(genesis))
    return row.key
  }

  #putAll(network: number, { tree }: LedgerState): void {
    for (const [key, record] of recordsOf(tree)) this.#sql.putRecord.run(network, key, encode(record))
  }
}

function stored(row: HeaderRow | undefined): StoredHeader | undefined {
  if (row === undefined) return undefined
  const { certificate, weight, total } = row
  return { header: decodeHeader(row.header), certificate, weight, total, onChain: row.on_chain === 1 }
}
