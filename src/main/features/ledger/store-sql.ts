import type { Database } from '../../platform/database.ts'

export interface HeaderRow {
  header: Uint8Array
  certificate: Uint8Array
  weight: number
  total: number
  on_chain: number
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

/** What the store asks of the database. */
export function prepareAll(database: Database) {
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
    dropAbove: database.prepare<[number, number]>('DELETE FROM ledger_blocks WHERE network = ? AND (height > ? OR on_chain = 0)'),
    dropBlocks: database.prepare<[number]>('DELETE FROM ledger_blocks WHERE network = ?'),
  }
}
