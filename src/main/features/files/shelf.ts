import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { FileId } from '../../../shared/ids.ts'
import { decode, encode } from '../../platform/cbor.ts'
import type { Database } from '../../platform/database.ts'
import { HASH_BYTES, type FileHead } from '../../platform/hash-tree.ts'
import { MAX_FOLDER_FILES } from './limits.ts'
import { Layout, type Entry } from './manifest.ts'

/** What a file was when it was hashed. Milliseconds with their fractions, as the system says. */
export interface Stamp {
  readonly bytes: number
  readonly changedMs: number
}

/** A file or a folder that is here, whole, and can be given. */
export interface Here {
  readonly file: FileId
  readonly head: FileHead
  readonly groups: Uint8Array
  readonly path: string
  /** Of a folder: its files by their paths on this disk. */
  readonly layout: Layout
  readonly stamps: readonly Stamp[]
}

interface Row {
  file: string
  bytes: number
  manifest_bytes: number
  top: Uint8Array
  groups: Uint8Array
  path: string
  manifest: Uint8Array | null
  stamps: Uint8Array
}

/** Paths on this disk are beside the stamps: those of a folder that came are not those that its maker gave them. */
const Stamps = z.array(z.tuple([z.string(), z.number(), z.number()])).max(MAX_FOLDER_FILES)
const MAX_STAMPS_BYTES = MAX_FOLDER_FILES * 1_200

/** What lies on this machine and can be given, with its tree. */
export class Shelf {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** `entries` of a folder: paths on this disk, under `path`; null of a file. */
  put(here: { readonly file: FileId; readonly head: FileHead; readonly groups: Uint8Array; readonly path: string; readonly manifest: Uint8Array | null; readonly entries: readonly Entry[] | null; readonly stamps: readonly Stamp[] }): void {
    const { file, head, groups, path, manifest, entries, stamps } = here
    const lines = stamps.map(({ bytes, changedMs }, at) => [entries?.[at]?.path ?? '', bytes, changedMs])
    const sql = 'INSERT OR REPLACE INTO files_here (file, bytes, manifest_bytes, top, groups, path, manifest, stamps) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
    this.#database.prepare(sql).run(file, head.bytes, head.manifestBytes, head.top, groups, path, manifest, encode(lines))
  }

  has(file: FileId): boolean {
    return this.#database.prepare<[string]>('SELECT 1 FROM files_here WHERE file = ?').get(file) !== undefined
  }

  /** Whether something here lies at this path. */
  isAt(path: string): boolean {
    return this.#database.prepare<[string]>('SELECT 1 FROM files_here WHERE path = ?').get(path) !== undefined
  }

  get(file: FileId): Here | null {
    const row = this.#database.prepare<[string], Row>('SELECT * FROM files_here WHERE file = ?').get(file)
    if (row === undefined) return null
    const lines = decode(row.stamps, Stamps, MAX_STAMPS_BYTES)
    const entries = row.manifest === null ? null : lines.map(([path, bytes]) => ({ path, bytes }))
    return {
      file: FileId.parse(row.file),
      head: { bytes: row.bytes, manifestBytes: row.manifest_bytes, top: row.top },
      groups: row.groups,
      path: row.path,
      layout: new Layout(row.path, entries, row.manifest, row.bytes),
      stamps: lines.map(([, bytes, changedMs]) => ({ bytes, changedMs })),
    }
  }

  remove(file: FileId): void {
    this.#database.prepare<[string]>('DELETE FROM files_here WHERE file = ?').run(file)
  }

  putLeaves(file: FileId, group: number, leaves: Uint8Array): void {
    this.#database.prepare('INSERT OR REPLACE INTO file_leaves (file, number, leaves) VALUES (?, ?, ?)').run(file, group, leaves)
  }

  leaves(file: FileId, group: number): Uint8Array | null {
    const sql = 'SELECT leaves FROM file_leaves WHERE file = ? AND number = ?'
    return this.#database.prepare<[string, number], { leaves: Uint8Array }>(sql).get(file, group)?.leaves ?? null
  }

  /** Trees of what nobody needs: neither here, nor on its way. */
  sweep(): void {
    this.#database.transaction(() => {
      this.#database
        .prepare(
          `DELETE FROM files_here WHERE file NOT IN (SELECT file FROM file_staged) AND file NOT IN
             (SELECT file FROM file_transfers WHERE state NOT IN ('cancelled', 'gone', 'refused', 'failed'))`,
        )
        .run()
      this.#database
        .prepare(
          `DELETE FROM file_leaves WHERE file NOT IN (SELECT file FROM files_here)
             AND file NOT IN (SELECT file FROM file_transfers JOIN file_parts USING (id))`,
        )
        .run()
    })
  }
}

/** Whether all of it is still what it was, as far as the system says; null where something is no longer there. */
export async function stampOf(path: string): Promise<Stamp | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? { bytes: found.size, changedMs: found.mtimeMs } : null
  } catch {
    return null
  }
}

export function isSameStamp(a: Stamp | null, b: Stamp | undefined): boolean {
  return a !== null && b !== undefined && a.bytes === b.bytes && a.changedMs === b.changedMs
}

/** For who reads a leaf out of a list. */
export function leafAt(leaves: Uint8Array, at: number): Uint8Array {
  return leaves.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)
}

