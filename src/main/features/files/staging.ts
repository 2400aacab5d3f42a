import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import type { TransferId } from '../../../shared/ids.ts'
import { FileOffer, type FileKind, type StagedFile } from '../../../shared/model/files.ts'
import type { Clock } from '../../platform/clock.ts'
import { contentType } from '../../platform/content-types.ts'
import type { Database } from '../../platform/database.ts'
import { DiskError, type HashThreads } from '../../platform/hash-tree-threads.ts'
import { cleanFileName } from './clean-name.ts'
import { hashOf } from './hashing.ts'
import { MAX_SHOWN_BYTES, MAX_STAGED, SNIFFED_BYTES, STAGED_MS } from './limits.ts'
import { look, type Look } from './look.ts'
import { Layout } from './manifest.ts'
import { stripped, type PictureType } from './pictures.ts'
import { isSameStamp, stampOf, type Shelf } from './shelf.ts'
import { shownType } from './sniff.ts'
import type { StagedRow, TransferRows } from './transfer-rows.ts'
import type { Looks } from './types.ts'

export interface StagingParts {
  readonly database: Database
  readonly clock: Clock
  readonly rows: TransferRows
  readonly shelf: Shelf
  readonly threads: HashThreads
  readonly dataFolder: string
  readonly folder: () => string
  readonly stagedFolder: string
  readonly newId: () => TransferId
}

const NO_LOOKS = { kind: 'file', width: null, height: null, durationMs: null, wave: null, thumbnail: null } as const

/** Files made ready to be offered. */
export class Staging {
  readonly #parts: StagingParts
  readonly #staged = new Map<TransferId, StagedRow>()
  #running = 0

  constructor(parts: StagingParts) {
    this.#parts = parts
    for (const row of parts.rows.staged()) this.#staged.set(row.id, row)
  }

  /** What nobody sent for a day goes away, and bytes in Latch's own folder that nothing speaks of any more. */
  async tidy(): Promise<void> {
    const { clock, shelf, stagedFolder } = this.#parts
    const oldestMs = clock.nowMs() - STAGED_MS
    for (const { id, stagedMs } of this.#staged.values()) if (stagedMs < oldestMs) this.remove(id)
    shelf.sweep()
    const names = await readdir(stagedFolder).catch(() => [])
    for (const name of names) {
      const path = join(stagedFolder, name)
      if (!shelf.isAt(path)) await rm(path, { force: true })
    }
  }

  get(id: TransferId): StagedRow {
    const row = this.#staged.get(id)
    if (row === undefined) throw new LatchError('NOT_FOUND', 'That file is no longer ready to be sent. Choose it again.')
    return row
  }

  async stage(path: string, looks: Looks, signal: AbortSignal, onBytes: (doneBytes: number) => void): Promise<StagedFile> {
    return this.#counted(async () => {
      const { dataFolder, folder } = this.#parts
      const found = await look(path, dataFolder, folder(), signal)
      const name = basename(found.path)
      const picture = found.entries === null ? await this.#picture(found, name) : null
      if (picture !== null) return this.#ofBytes(name, picture.type, picture.bytes, { kind: kindOf(picture.type), ...picture.size, ...looks })
      const kind = found.entries === null ? (looks.kind ?? 'file') : 'folder'
      return this.#keep(found, name, found.entries === null ? typeOf(name) : 'inode/directory', { ...looks, kind }, false, signal, onBytes)
    })
  }

  stageBytes(name: string, type: string, bytes: Uint8Array, looks: Looks): Promise<StagedFile> {
    if (bytes.byteLength > MAX_SHOWN_BYTES) throw new LatchError('TOO_LARGE', 'What has no place on the disk may have 48 MiB.')
    const known = pictureType(bytes)
    const clean = known === null ? null : alone(bytes, known)
    const size = clean === null ? {} : { width: clean.width, height: clean.height }
    return this.#counted(() => this.#ofBytes(name, known ?? type, clean?.bytes ?? bytes, { ...size, ...looks }))
  }

  /** Also when it was sent: from then on the transfer speaks of it. */
  remove(id: TransferId): void {
    const { rows, shelf } = this.#parts
    const row = this.#staged.get(id)
    if (row === undefined) return
    this.#staged.delete(id)
    rows.removeStaged(id)
    const isNeeded = rows.isNeeded(row.offer.file) || [...this.#staged.values()].some(({ offer }) => offer.file === row.offer.file)
    if (isNeeded) return
    shelf.sweep()
    if (row.isOwn) rm(row.path, { force: true }).catch(() => {})
  }

  async #counted<T>(run: () => Promise<T>): Promise<T> {
    if (this.#staged.size + this.#running >= MAX_STAGED) throw new LatchError('BUSY', 'Too many files are ready to be sent.')
    this.#running += 1
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      if (error.code === 'SHORT') throw changed(error)
      throw new LatchError('NOT_ALLOWED', 'A file of it cannot be read.', { cause: error })
    } finally {
      this.#running -= 1
    }
  }

  /** A picture that says more than its picture, without that. */
  async #picture(found: Look, name: string): Promise<{ bytes: Uint8Array; type: PictureType; size: { width: number | null; height: number | null } } | null> {
    if (found.bytes > MAX_SHOWN_BYTES || found.bytes < SNIFFED_BYTES) return null
    const handle = await open(found.path, 'r').catch((cause: unknown) => {
      throw new LatchError('NOT_ALLOWED', `${name} cannot be read.`, { cause })
    })
    try {
      const first = Buffer.alloc(SNIFFED_BYTES)
      await handle.read(first, 0, SNIFFED_BYTES, 0)
      const type = pictureType(first)
      if (type === null) return null
      const { bytes, ...size } = alone(await handle.readFile(), type)
      return { bytes, type, size }
    } finally {
      await handle.close()
    }
  }

  async #ofBytes(name: string, type: string, bytes: Uint8Array, looks: Looks): Promise<StagedFile> {
    const { newId, stagedFolder } = this.#parts
    const path = join(stagedFolder, newId())
    await mkdir(stagedFolder, { recursive: true, mode: 0o700 })
    await writeFile(path, bytes, { mode: 0o600, flag: 'wx' })
    const stamp = await stampOf(path)
    if (stamp === null) throw new LatchError('INTERNAL')
    const found: Look = { path, bytes: bytes.byteLength, entries: null, manifest: null, stamps: [stamp] }
    try {
      return await this.#keep(found, name, type, looks, true, new AbortController().signal, () => {})
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  async #keep(found: Look, name: string, type: string, looks: Looks & { kind?: FileKind }, isOwn: boolean, signal: AbortSignal, onBytes: (doneBytes: number) => void): Promise<StagedFile> {
    const { database, clock, rows, shelf, threads, newId } = this.#parts
    const { path, entries, manifest, stamps } = found
    const layout = new Layout(path, entries, manifest, found.bytes)
    const hashed = await hashOf(layout, threads, signal, onBytes)
    for (const [at, file] of layout.files.entries()) {
      if (!isSameStamp(await stampOf(file.path), stamps[at])) throw changed()
    }
    const said = { ...NO_LOOKS, ...looks, file: hashed.file, name: cleanFileName(name), bytes: found.bytes, type, files: entries?.length ?? null }
    const offer = FileOffer.safeParse(said)
    if (!offer.success) throw new LatchError('BAD_INPUT', 'What is said of the file cannot be used.', { cause: offer.error })
    const row: StagedRow = { id: newId(), offer: offer.data, path, isOwn, stagedMs: clock.nowMs() }
    database.transaction(() => {
      shelf.put({ ...hashed, path, manifest, entries, stamps })
      for (let group = 0; group * 32 < hashed.groups.byteLength; group++) shelf.putLeaves(hashed.file, group, hashed.leavesOf(group))
      rows.putStaged(row)
    })
    this.#staged.set(row.id, row)
    return { id: row.id, offer: row.offer }
  }
}

function pictureType(first: Uint8Array): PictureType | null {
  const type = shownType(first.subarray(0, SNIFFED_BYTES))
  return type === 'image/jpeg' || type === 'image/png' || type === 'image/webp' || type === 'image/gif' ? type : null
}

/** What moves by itself stands in no conversation unasked. */
function kindOf(type: PictureType): FileKind {
  return type === 'image/gif' ? 'file' : 'picture'
}

function alone(bytes: Uint8Array, type: PictureType): NonNullable<ReturnType<typeof stripped>> {
  const clean = stripped(bytes, type)
  if (clean !== null) return clean
  throw new LatchError('BAD_INPUT', 'That picture is damaged, so what it says of where it was taken cannot be taken out. Pack it into an archive to send it as it is.')
}

function typeOf(name: string): string {
  return contentType(name).split(';', 1)[0]?.trim().toLowerCase() ?? 'application/octet-stream'
}

function changed(cause?: Error): LatchError {
  return new LatchError('CONFLICT', 'It was changed while it was looked at. Try again once it is finished.', { cause })
}
