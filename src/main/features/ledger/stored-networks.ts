import type { Database } from '../../platform/database.ts'
import { decodeHeader } from './block.ts'
import { fromHex, type Hex } from './bytes.ts'
import { migrations } from './migrations.ts'

/** Where the chain of a network ends that is stored here; nothing where none is, or it has no block yet. */
export function storedHead(database: Database, network: Hex): { height: number; headMs: number | null } {
  database.migrate('ledger', migrations)
  const row = database
    .prepare<[Uint8Array], { header: Uint8Array }>(
      `SELECT header FROM ledger_networks JOIN ledger_blocks
       ON ledger_blocks.network = ledger_networks.key AND ledger_blocks.id = ledger_networks.head
       WHERE ledger_networks.id = ?`,
    )
    .get(fromHex(network))
  if (row === undefined) return { height: 0, headMs: null }
  const { height, timestampMs } = decodeHeader(row.header)
  return { height, headMs: timestampMs }
}

/** Forgets the chain of a network: blocks, state, and that there was one. Nothing may be using it. */
export function dropNetwork(database: Database, network: Hex): void {
  database.migrate('ledger', migrations)
  database.transaction(() => {
    const id = fromHex(network)
    const its = 'network = (SELECT key FROM ledger_networks WHERE id = ?)'
    database.prepare<[Uint8Array]>(`DELETE FROM ledger_blocks WHERE ${its}`).run(id)
    database.prepare<[Uint8Array]>(`DELETE FROM ledger_state WHERE ${its}`).run(id)
    database.prepare<[Uint8Array]>('DELETE FROM ledger_networks WHERE id = ?').run(id)
  })
}
