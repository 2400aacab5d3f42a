import { z } from 'zod'
import { Address, PeerId } from '../../../../shared/ids.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import { KnownNetwork } from '../../../../shared/model/networks.ts'
import { decode, DecodeError, encode } from '../../../platform/cbor.ts'
import type { Database } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { digestHex, digestOf, fromHex, networkIdOf, toHex } from '../bytes.ts'
import { decodeGenesis, encodeGenesis, type Genesis } from '../genesis.ts'
import { dropNetwork } from '../stored-networks.ts'
import { migrations } from './migrations.ts'
import type { Hint } from './network-link.ts'

const Origin = KnownNetwork.shape.origin
export type Origin = z.infer<typeof Origin>

/** A network as it is remembered. */
export interface Remembered {
  readonly id: NetworkId
  readonly genesis: Genesis
  readonly label: string
  readonly origin: Origin
  readonly knownMs: number
  readonly hints: readonly Hint[]
}

interface Row {
  id: Uint8Array
  genesis: Uint8Array
  label: string
  origin: string
  known_ms: number
  active: number
  hints: Uint8Array
}

const Hints = z.array(z.object({ peerId: PeerId, addresses: z.array(Address) }))

/** The networks of a database. Each method is one durable step. */
export class NetworkStore {
  readonly #database: Database
  readonly #log: Log
  readonly #sql: ReturnType<typeof prepareAll>

  constructor(database: Database, log: Log) {
    database.migrate('networks', migrations)
    this.#database = database
    this.#log = log
    this.#sql = prepareAll(database)
  }

  /**
   * All that can be read, the longest known first, and which was active; null where none is. A network that this Latch
   * does not understand, as another one wrote it, stays in the database for that one and is left out here.
   */
  read(): { networks: Remembered[]; active: NetworkId | null } {
    const networks: Remembered[] = []
    let active: NetworkId | null = null
    for (const row of this.#sql.all.all()) {
      const network = this.#remembered(row)
      if (network === null) continue
      networks.push(network)
      if (row.active === 1) active = network.id
    }
    return { networks, active }
  }

  /** In the place of one of the same id that could not be read. */
  add({ id, genesis, label, origin, knownMs, hints }: Remembered): void {
    this.#sql.add.run(key(id), encodeGenesis(genesis), label, origin, knownMs, encode(hints))
  }

  setActive(id: NetworkId): void {
    this.#database.transaction(() => {
      this.#sql.noneActive.run()
      this.#sql.active.run(key(id))
    })
  }

  setLabel(id: NetworkId, label: string): void {
    this.#sql.label.run(label, key(id))
  }

  setHints(id: NetworkId, hints: readonly Hint[]): void {
    this.#sql.hints.run(encode(hints), key(id))
  }

  /** With its chain. */
  remove(id: NetworkId): void {
    this.#database.transaction(() => {
      this.#sql.remove.run(key(id))
      dropNetwork(this.#database, digestOf(id))
    })
  }

  #remembered(row: Row): Remembered | null {
    const id = networkIdOf(toHex(row.id))
    try {
      const genesis = decodeGenesis(row.genesis)
      if (digestHex(row.genesis) !== digestOf(id)) throw new DecodeError('not the genesis of this network')
      const hints = decode(row.hints, Hints, Number.MAX_SAFE_INTEGER)
      const origin = Origin.parse(row.origin)
      return { id, genesis, label: row.label, origin, knownMs: row.known_ms, hints }
    } catch (error) {
      this.#log.warn({ error, id }, 'a network that is stored cannot be read; it is left out')
      return null
    }
  }
}

function key(id: NetworkId): Uint8Array {
  return fromHex(digestOf(id))
}

function prepareAll(database: Database) {
  return {
    all: database.prepare<[], Row>('SELECT * FROM networks ORDER BY key'),
    add: database.prepare<[Uint8Array, Uint8Array, string, string, number, Uint8Array]>(
      'INSERT OR REPLACE INTO networks (id, genesis, label, origin, known_ms, active, hints) VALUES (?, ?, ?, ?, ?, 0, ?)',
    ),
    noneActive: database.prepare<[]>('UPDATE networks SET active = 0 WHERE active = 1'),
    active: database.prepare<[Uint8Array]>('UPDATE networks SET active = 1 WHERE id = ?'),
    label: database.prepare<[string, Uint8Array]>('UPDATE networks SET label = ? WHERE id = ?'),
    hints: database.prepare<[Uint8Array, Uint8Array]>('UPDATE networks SET hints = ? WHERE id = ?'),
    remove: database.prepare<[Uint8Array]>('DELETE FROM networks WHERE id = ?'),
  }
}
