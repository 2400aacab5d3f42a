import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PeerId, TransferId } from '../../../shared/ids.ts'
import { LatchError } from '../../../shared/errors.ts'
import type { Cancel } from '../../platform/clock.ts'
import { type HashThreads } from '../../platform/hash-tree-threads.ts'
import type { FileProtocol } from '../../protocols/file/index.ts'
import type { Book } from './book.ts'
import { cleanFileName } from './clean-name.ts'
import { Fetching, NotAsOfferedError } from './fetch/fetching.ts'
import { Gather, type Gathered } from './fetch/gather.ts'
import { codeOf, freeAt, manyAtOnce, mayBeNamed, removePart, settle } from './fetch/target.ts'
import { FETCHES_AT_ONCE, FIRST_RETRY_MS, LONGEST_RETRY_MS, RESERVE_BYTES } from './limits.ts'
import { stampOf, type Shelf, type Stamp } from './shelf.ts'
import type { TransferRow, TransferRows } from './transfer-rows.ts'
import type { FilesParts } from './types.ts'

export interface FetchesParts extends FilesParts {
  readonly rows: TransferRows
  readonly book: Book
  readonly shelf: Shelf
  readonly threads: HashThreads
  readonly protocol: FileProtocol
  readonly onWhole: (row: TransferRow) => void
}

interface Running {
  readonly stop: AbortController
  readonly over: Promise<void>
  gather: Gather | null
}

/** What is to be fetched, in line: a few at once; what waits for a device goes on when there is one. */
export class Fetches {
  readonly #parts: FetchesParts
  readonly #running = new Map<TransferId, Running>()
  readonly #waiting = new Map<TransferId, Cancel>()
  readonly #tries = new Map<TransferId, number>()
  #isStopped = false

  constructor(parts: FetchesParts) {
    this.#parts = parts
  }

  /** What was under way when the process ended goes on. */
  start(): void {
    const { book } = this.#parts
    for (const { id, state } of book.rows()) {
      if (['running', 'waiting', 'checking'].includes(state)) book.change(id, { state: 'queued' })
    }
    this.look()
  }

  async close(): Promise<void> {
    this.#isStopped = true
    for (const cancel of this.#waiting.values()) cancel()
    await Promise.all([...this.#running.keys()].map((id) => this.halt(id)))
  }

  /** Begins with what is in line, as long as there is room. */
  look(): void {
    const { book } = this.#parts
    for (const row of book.rows()) {
      if (this.#isStopped || this.#running.size >= FETCHES_AT_ONCE) return
      if (row.state === 'queued' && !this.#running.has(row.id)) this.#begin(row)
    }
  }

  /** Nothing of it runs any more when this resolves; what came is written down. Its state is for whoever calls. */
  async halt(id: TransferId): Promise<void> {
    this.#forgetWait(id)
    const running = this.#running.get(id)
    running?.stop.abort(new Error('stopped'))
    await running?.over
  }

  connected(peerId: PeerId): void {
    const { book, sources } = this.#parts
    for (const { gather } of this.#running.values()) gather?.connected(peerId)
    for (const id of this.#waiting.keys()) {
      const row = book.find(id)
      if (row === null || !sources(wantedOf(row)).includes(peerId)) continue
      this.#tries.delete(id)
      this.#again(id)
    }
  }

  #begin(row: TransferRow): void {
    const stop = new AbortController()
    this.#forgetWait(row.id)
    const running: Running = { stop, gather: null, over: Promise.resolve() }
    const run = this.#run(row, running).finally(() => {
      this.#running.delete(row.id)
      this.look()
    })
    this.#running.set(row.id, Object.assign(running, { over: run }))
  }

  /** Never rejects. */
  async #run(row: TransferRow, running: Running): Promise<void> {
    const { book, log } = this.#parts
    const { signal } = running.stop
    try {
      book.change(row.id, { state: this.#parts.rows.part(row.id) === null ? 'running' : 'checking', why: null, endedMs: null })
      const outcome = await this.#fetch(row, running)
      if (outcome.how === 'waiting') this.#wait(row.id, outcome.why)
      else if (outcome.how === 'gone') book.change(row.id, { state: 'gone', why: outcome.why, endedMs: this.#parts.clock.nowMs() })
    } catch (error) {
      if (signal.aborted) return
      log.info({ error }, 'a file could not be fetched')
      if (error instanceof NotAsOfferedError || codeOf(error) === 'ENOENT') await this.drop(row.id)
      book.change(row.id, { state: 'failed', why: inWords(error), endedMs: this.#parts.clock.nowMs() })
    }
  }

  /** Forgets what came of it. */
  async drop(id: TransferId): Promise<void> {
    const { rows, threads, shelf } = this.#parts
    const part = rows.part(id)
    if (part === null) return
    rows.removePart(id)
    shelf.sweep()
    await threads.letGo(part.path)
    await removePart(part.path)
  }

  async #fetch(row: TransferRow, running: Running): Promise<Gathered> {
    const { book, rows, clock, shelf, threads } = this.#parts
    const { signal } = running.stop
    const folder = row.folder ?? this.#parts.folder()
    const part = rows.part(row.id)
    const name = cleanFileName(row.offer.name)
    const onBytes = (doneBytes: number): void => book.progress(row.id, doneBytes)
    const begun = (): Fetching => new Fetching(row, { clock, rows, shelf, threads, folder, name, onBytes })
    if (part !== null && !(await isThere(part.path))) {
      for (const path of await mayBeNamed(folder, name, part.manifest === null ? part.head.bytes : null)) {
        const named = begun()
        await named.resume(signal, path)
        await threads.letGo(path)
        if (named.isDone) return this.#noteWhole(row, named, path)
      }
      await this.drop(row.id)
    }
    const fetching = begun()
    await fetching.resume(signal)
    await this.#checkRoom(folder, row.offer.bytes - fetching.doneBytes)
    signal.throwIfAborted()
    book.change(row.id, { state: 'running' })
    const gather = new Gather(row, fetching, {
      ...this.#parts,
      sources: () => this.#parts.sources(wantedOf(row)),
      onRoutes: (routes) => book.routes(row.id, routes),
    })
    running.gather = gather
    try {
      const outcome = await gather.run(signal)
      return outcome.how === 'whole' ? await this.#finish(row, fetching, folder) : outcome
    } finally {
      await fetching.settle().catch((error: unknown) => this.#parts.log.warn({ error }, 'what came of a file could not be flushed'))
    }
  }

  /** It gets its name once all of it is on the disk. */
  async #finish(row: TransferRow, fetching: Fetching, folder: string): Promise<Gathered> {
    const { book, threads } = this.#parts
    const { part, entries } = fetching
    book.change(row.id, { state: 'checking' })
    await fetching.settle()
    await threads.letGo(part.path)
    const whole = entries === null ? [part.path] : entries.map(({ path }) => join(part.path, path))
    await manyAtOnce(whole, async (path) => void (await this.#parts.quarantine(path)))
    if (entries !== null) await this.#parts.quarantine(part.path)
    return this.#noteWhole(row, fetching, await settle(part.path, folder, cleanFileName(row.offer.name), entries !== null))
  }

  async #noteWhole(row: TransferRow, { part, entries }: Fetching, path: string): Promise<Gathered> {
    const { book, rows, shelf, database, clock } = this.#parts
    const stamps: Stamp[] = []
    for (const { path: at } of entries ?? [{ path: '' }]) stamps.push((await stampOf(join(path, at))) ?? { bytes: -1, changedMs: 0 })
    database.transaction(() => {
      shelf.put({ file: row.offer.file, head: part.head, groups: part.groups, path, manifest: part.manifest, entries, stamps })
      rows.removePart(row.id)
      book.change(row.id, { state: 'done', path, doneBytes: row.offer.bytes, why: null, endedMs: clock.nowMs() })
    })
    this.#tries.delete(row.id)
    this.#parts.onWhole(book.get(row.id))
    return { how: 'whole' }
  }

  async #checkRoom(folder: string, bytes: number): Promise<void> {
    const free = await (this.#parts.freeBytes ?? freeAt)(folder)
    if (free !== null && free < bytes + RESERVE_BYTES) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
  }

  #wait(id: TransferId, why: string): void {
    const { book, clock, random } = this.#parts
    book.change(id, { state: 'waiting', why })
    const tries = this.#tries.get(id) ?? 0
    this.#tries.set(id, tries + 1)
    const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 16))
    const waitMs = longestMs * (0.5 + (random(1)[0] ?? 0) / 512)
    if (!this.#isStopped) this.#waiting.set(id, clock.after(waitMs, () => this.#again(id)))
  }

  #again(id: TransferId): void {
    this.#forgetWait(id)
    const { book } = this.#parts
    if (book.find(id)?.state !== 'waiting' || this.#isStopped) return
    book.change(id, { state: 'queued' })
    this.look()
  }

  #forgetWait(id: TransferId): void {
    this.#waiting.get(id)?.()
    this.#waiting.delete(id)
  }
}

function wantedOf({ conversation, from, offer }: TransferRow): Parameters<FilesParts['sources']>[0] {
  return { conversation, from, file: offer.file }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function inWords(error: unknown): string {
  if (error instanceof LatchError) return error.message
  if (error instanceof NotAsOfferedError) return 'It is not what the message says: nothing of it was kept.'
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'There is no room for it on the disk. Make some, and go on.'
    case 'ENOENT':
      return 'What came of it was removed from the disk. Fetch it again.'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The folder that it goes to cannot be written to.'
    default:
      return 'The disk gave an error while it was written.'
  }
}
