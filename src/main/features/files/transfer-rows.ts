import { z } from 'zod'
import { AccountId, TransferId, type FileId, type MessageId } from '../../../shared/ids.ts'
import { FileOffer, Transfer, type StagedFile } from '../../../shared/model/files.ts'
import type { Database } from '../../platform/database.ts'
import type { FileHead } from '../../platform/hash-tree.ts'

/** A transfer as it is kept: without what only holds while it runs. */
export type TransferRow = Omit<Transfer, 'bytesPerSecond' | 'routes'> & {
  /** Which file of its message. */
  readonly number: number
  /** Where it goes; null: to the folder for downloads. */
  readonly folder: string | null
}

/** What is known of one that is on its way. */
export interface Part {
  /** The file or the folder beside its target. */
  readonly path: string
  readonly head: FileHead
  readonly groups: Uint8Array
  /** Of a folder, once it came. */
  readonly manifest: Uint8Array | null
  /** A bit for each chunk that is on the disk, flushed. */
  readonly done: Uint8Array
}

export interface StagedRow extends StagedFile {
  readonly path: string
  /** Made from bytes: it lies in the folder of Latch, and goes with it. */
  readonly isOwn: boolean
  readonly stagedMs: number
}

const Json = z.string().transform((text): unknown => JSON.parse(text))
const Kept = Transfer.omit({ bytesPerSecond: true, routes: true }).extend({
  offer: Json.pipe(FileOffer),
  takenBy: Json.pipe(z.array(AccountId)),
  number: z.int(),
  folder: z.string().nullable(),
})

const COLUMNS = `id, direction, conversation, message, number, account AS "from", offer, state, why, done_bytes AS doneBytes,
  taken_by AS takenBy, folder, path, started_ms AS startedMs, ended_ms AS endedMs`

/** Transfers and what is staged, in the database. */
export class TransferRows {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  all(): TransferRow[] {
    return this.#database.prepare(`SELECT ${COLUMNS} FROM file_transfers ORDER BY started_ms, id`).all().map((row) => Kept.parse(row))
  }

  put(row: TransferRow): void {
    this.#database
      .prepare(
        `INSERT INTO file_transfers (id, direction, conversation, message, number, account, file, offer, state, why, done_bytes, taken_by, folder, path, started_ms, ended_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, why = excluded.why, done_bytes = excluded.done_bytes,
           taken_by = excluded.taken_by, folder = excluded.folder, path = excluded.path, ended_ms = excluded.ended_ms`,
      )
      .run(
        row.id, row.direction, row.conversation, row.message, row.number, row.from, row.offer.file, JSON.stringify(row.offer), row.state,
        row.why, row.doneBytes, JSON.stringify(row.takenBy), row.folder, row.path, row.startedMs, row.endedMs,
      )
  }

  remove(id: TransferId): void {
    this.#database.prepare<[string]>('DELETE FROM file_transfers WHERE id = ?').run(id)
  }

  ofMessage(message: MessageId): TransferId[] {
    const rows = this.#database.prepare<[string], { id: string }>('SELECT id FROM file_transfers WHERE message = ?').all(message)
    return rows.map(({ id }) => TransferId.parse(id))
  }

  part(id: TransferId): Part | null {
    type Row = { path: string; bytes: number; manifest_bytes: number; top: Uint8Array; groups: Uint8Array; manifest: Uint8Array | null; done: Uint8Array }
    const row = this.#database.prepare<[string], Row>('SELECT * FROM file_parts WHERE id = ?').get(id)
    if (row === undefined) return null
    const { path, bytes, manifest_bytes: manifestBytes, top, groups, manifest, done } = row
    return { path, head: { bytes, manifestBytes, top }, groups, manifest, done: new Uint8Array(done) }
  }

  putPart(id: TransferId, { path, head, groups, manifest, done }: Part): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO file_parts (id, path, bytes, manifest_bytes, top, groups, manifest, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(id, path, head.bytes, head.manifestBytes, head.top, groups, manifest, done)
  }

  /** What is on the disk by now. */
  note(id: TransferId, done: Uint8Array, doneBytes: number): void {
    this.#database.transaction(() => {
      this.#database.prepare('UPDATE file_parts SET done = ? WHERE id = ?').run(done, id)
      this.#database.prepare('UPDATE file_transfers SET done_bytes = ? WHERE id = ?').run(doneBytes, id)
    })
  }

  removePart(id: TransferId): void {
    this.#database.prepare<[string]>('DELETE FROM file_parts WHERE id = ?').run(id)
  }

  staged(): StagedRow[] {
    type Row = { id: string; offer: string; is_own: number; path: string; staged_ms: number }
    return this.#database
      .prepare<[], Row>('SELECT id, offer, is_own, path, staged_ms FROM file_staged ORDER BY staged_ms')
      .all()
      .map(({ id, offer, is_own: isOwn, path, staged_ms: stagedMs }) => {
        return { id: TransferId.parse(id), offer: FileOffer.parse(JSON.parse(offer)), isOwn: isOwn === 1, path, stagedMs }
      })
  }

  putStaged({ id, offer, isOwn, path, stagedMs }: StagedRow): void {
    this.#database
      .prepare('INSERT INTO file_staged (id, file, offer, is_own, path, staged_ms) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, offer.file, JSON.stringify(offer), isOwn ? 1 : 0, path, stagedMs)
  }

  removeStaged(id: TransferId): void {
    this.#database.prepare<[string]>('DELETE FROM file_staged WHERE id = ?').run(id)
  }

  /** Whether anything that is not over speaks of this file. */
  isNeeded(file: FileId): boolean {
    const sql = `SELECT 1 FROM file_transfers WHERE file = ? AND state NOT IN ('cancelled', 'gone', 'refused', 'failed')`
    return this.#database.prepare<[string]>(sql).get(file) !== undefined
  }
}
