import type { Clock, Cancel } from '../../../platform/clock.ts'
import { CHUNK_BYTES, chunkBytesOf, chunksOf, CHUNKS_PER_GROUP, HashTree, isSame, leafOf, type FileHead } from '../../../platform/hash-tree.ts'
import type { HashThreads } from '../../../platform/hash-tree-threads.ts'
import type { FileChannel } from '../../../protocols/file/index.ts'
import { MAX_FOLDER_FILES, MAX_MANIFEST_BYTES, MAX_WRITES_WAITING, NOTE_MS } from '../limits.ts'
import { cleanEntries, decodeManifest, Layout, type Entry } from '../manifest.ts'
import { leafAt, type Shelf } from '../shelf.ts'
import type { Part, TransferRow, TransferRows } from '../transfer-rows.ts'
import { FalseError, type Work } from './lane.ts'
import { Picker, type Asker, type Run } from './picker.ts'
import { recheck } from './recheck.ts'
import { makeFiles, makePart, syncFiles } from './target.ts'

/** What a message says of a file is not what its id says. Nobody's line is to blame: it is not fetched at all. */
export class NotAsOfferedError extends Error {
  override readonly name = 'NotAsOfferedError'
}

export interface FetchingParts {
  readonly clock: Clock
  readonly rows: TransferRows
  readonly shelf: Shelf
  readonly threads: HashThreads
  readonly folder: string
  /** Cleaned. */
  readonly name: string
  readonly onBytes: (doneBytes: number) => void
}

interface Known {
  readonly part: Part
  readonly layout: Layout
  readonly entries: readonly Entry[] | null
  readonly picker: Picker
}

/** All of a file that is on its way but where it comes from: what is on the disk, and how it gets there. */
export class Fetching implements Work {
  readonly #parts: FetchingParts
  readonly #row: TransferRow
  readonly #leaves = new Map<number, Uint8Array>()
  readonly #failed = Promise.withResolvers<never>()
  readonly #whole = Promise.withResolvers<void>()
  readonly #written = new Set<string>()
  #known: Known | null = null
  #preparing: Promise<void> | null = null
  #writes = 0
  #doneBytes = 0
  #onRoom: (() => void)[] = []
  #onMore: (() => void)[] = []
  #cancelNote: Cancel | null = null
  #noting: Promise<void> = Promise.resolve()

  constructor(row: TransferRow, parts: FetchingParts) {
    this.#row = row
    this.#parts = parts
    this.#failed.promise.catch(() => {})
  }

  /** Never resolves; rejects when the disk says no. */
  get failed(): Promise<never> {
    return this.#failed.promise
  }

  /** Resolves once all is written. */
  get whole(): Promise<void> {
    return this.#whole.promise
  }

  get isDone(): boolean {
    return this.#known?.picker.isDone ?? false
  }

  get doneBytes(): number {
    return this.#doneBytes
  }

  get layout(): Layout {
    return this.#here.layout
  }

  get part(): Part {
    return this.#here.part
  }

  get entries(): readonly Entry[] | null {
    return this.#here.entries
  }

  /**
   * What is here from before is looked at again: who knows who else wrote to it. `at`: not where it was written, but under what may
   * be its name by now. *Errors*: the signal's reason.
   */
  async resume(signal: AbortSignal, at?: string): Promise<void> {
    const kept = this.#parts.rows.part(this.#row.id)
    if (kept === null) return
    const part = at === undefined ? kept : { ...kept, path: at }
    const { head, manifest, path } = part
    const entries = manifest === null ? null : cleanEntries(decodeManifest(manifest))
    const layout = new Layout(path, entries, manifest, head.bytes)
    const picker = new Picker(chunksOf(head.bytes), part.done)
    this.#known = { part, layout, entries, picker }
    const leavesOf = (group: number): Uint8Array | undefined => (this.hasLeaves(group) ? this.#leaves.get(group) : undefined)
    await recheck({ picker, layout, threads: this.#parts.threads, leavesOf }, signal)
    this.#count()
  }

  /** Learns from the first that opens what it is that is fetched. *Errors*: NotAsOfferedError, FalseError, those of the channel and the system. */
  async prepare(channel: FileChannel, signal: AbortSignal): Promise<void> {
    while (this.#known === null) {
      this.#preparing ??= this.#learn(channel, signal).finally(() => (this.#preparing = null))
      const mine = this.#preparing
      await mine
    }
  }

  take(asker: Asker, most: number): Run | null {
    return this.#here.picker.take(asker, most)
  }

  release(asker: Asker): void {
    this.#known?.picker.release(asker)
    this.#wake()
  }

  hasLeaves(group: number): boolean {
    if (this.#leaves.has(group)) return true
    const stored = this.#parts.shelf.leaves(this.#row.offer.file, group)
    if (stored !== null) this.#leaves.set(group, stored)
    return stored !== null
  }

  putLeaves(group: number, leaves: Uint8Array): boolean {
    const tree = HashTree.opened(this.part.head, this.part.groups)
    if (tree === null || !tree.areLeaves(group, leaves)) return false
    this.#leaves.set(group, leaves)
    this.#parts.shelf.putLeaves(this.#row.offer.file, group, leaves)
    return true
  }

  async put(chunk: number, bytes: Uint8Array<ArrayBuffer>, wrong: () => void): Promise<void> {
    const { layout, picker, part } = this.#here
    const leaves = this.#leaves.get(Math.floor(chunk / CHUNKS_PER_GROUP))
    if (leaves === undefined || picker.has(chunk)) return
    this.#writes += 1
    const places = layout.placesOf(chunk)
    const write = async (): Promise<void> => {
      try {
        const outcome = await this.#parts.threads.put(places, bytes, leafAt(leaves, chunk % CHUNKS_PER_GROUP))
        if (outcome === 'wrong') return wrong()
        for (const { path } of places) if (path !== '') this.#written.add(path)
        if (!picker.mark(chunk)) return
        this.#doneBytes += chunkBytesOf(part.head.bytes, chunk)
        this.#parts.onBytes(this.#doneBytes)
        this.#noteSoon()
        if (!picker.isDone) return
        this.#whole.resolve()
        this.#wake()
      } catch (error) {
        this.#failed.reject(error)
      } finally {
        this.#writes -= 1
        for (const woken of this.#onRoom.splice(0)) woken()
      }
    }
    void write()
    while (this.#writes >= MAX_WRITES_WAITING) await new Promise<void>((resolve) => this.#onRoom.push(resolve))
  }

  more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const over = (): void => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
      const aborted = (): void => reject(signal.reason)
      signal.addEventListener('abort', aborted, { once: true })
      this.#onMore.push(over)
    })
  }

  /** What came is on the disk and written down when this resolves. *Errors*: those of the system. */
  async settle(): Promise<void> {
    while (this.#writes > 0) await new Promise<void>((resolve) => this.#onRoom.push(resolve))
    this.#cancelNote?.()
    this.#cancelNote = null
    await this.#noting
    await this.#note()
  }

  get #here(): Known {
    if (this.#known === null) throw new Error('nothing is known of it yet')
    return this.#known
  }

  #wake(): void {
    for (const woken of this.#onMore.splice(0)) woken()
  }

  #count(): void {
    const { picker, part } = this.#here
    const { bytes } = part.head
    const last = chunksOf(bytes) - 1
    const whole = picker.doneCount * CHUNK_BYTES
    this.#doneBytes = picker.has(last) ? whole - CHUNK_BYTES + chunkBytesOf(bytes, last) : whole
    this.#parts.onBytes(this.#doneBytes)
  }

  async #learn(channel: FileChannel, signal: AbortSignal): Promise<void> {
    const { head } = channel
    const { offer, id } = this.#row
    const isFolder = offer.kind === 'folder'
    const isAsOffered = head.bytes - head.manifestBytes === offer.bytes && isFolder === head.manifestBytes > 0
    if (!isAsOffered) throw new NotAsOfferedError('it has another size than was said')
    if (head.manifestBytes > MAX_MANIFEST_BYTES) throw new NotAsOfferedError('the list of its files is too long')
    channel.ask({ want: 'groups' })
    const groups = (await channel.next(signal)).bytes.slice()
    const tree = HashTree.opened(head, groups)
    if (tree === null) throw new FalseError('a list of groups that is not of the file')
    const manifest = isFolder ? await this.#manifest(channel, head, tree, signal) : null
    const entries = manifest === null ? null : this.#entries(manifest, head)
    const { folder, name, rows } = this.#parts
    const path = await makePart(folder, name, isFolder ? null : head.bytes)
    const done = new Uint8Array(Math.ceil(chunksOf(head.bytes) / 8))
    const part: Part = { path, head, groups, manifest, done }
    rows.putPart(id, part)
    rows.note(id, done, 0)
    if (entries !== null) await makeFiles(path, entries)
    this.#known = { part, layout: new Layout(path, entries, manifest, head.bytes), entries, picker: new Picker(chunksOf(head.bytes)) }
  }

  /** The list of a folder's files: in the first chunks of it, and held in memory. */
  async #manifest(channel: FileChannel, head: FileHead, tree: HashTree, signal: AbortSignal): Promise<Uint8Array> {
    channel.ask({ want: 'leaves', group: 0 })
    const leaves = (await channel.next(signal)).bytes
    if (!tree.areLeaves(0, leaves)) throw new FalseError('a list that is not of the file')
    this.#leaves.set(0, leaves)
    this.#parts.shelf.putLeaves(this.#row.offer.file, 0, leaves)
    const manifest = new Uint8Array(head.manifestBytes)
    for (let chunk = 0; chunk * CHUNK_BYTES < head.manifestBytes; chunk++) {
      channel.ask({ want: 'chunks', first: chunk, count: 1 })
      const { bytes } = await channel.next(signal)
      if (!isSame(leafOf(bytes), leafAt(leaves, chunk))) throw new FalseError('a chunk that is not of the file')
      manifest.set(bytes.subarray(0, head.manifestBytes - chunk * CHUNK_BYTES), chunk * CHUNK_BYTES)
    }
    return manifest
  }

  #entries(manifest: Uint8Array, head: FileHead): Entry[] {
    let entries: Entry[] | null
    try {
      entries = cleanEntries(decodeManifest(manifest))
    } catch (cause) {
      throw new NotAsOfferedError('the list of its files cannot be read', { cause })
    }
    if (entries === null || entries.length > MAX_FOLDER_FILES) throw new NotAsOfferedError('its folders are too deep or too many')
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, head.manifestBytes)
    if (bytes !== head.bytes) throw new NotAsOfferedError('the list of its files is of something else')
    return entries
  }

  #noteSoon(): void {
    this.#cancelNote ??= this.#parts.clock.after(NOTE_MS, () => {
      this.#noting = this.#note()
        .catch((error: unknown) => this.#failed.reject(error))
        .finally(() => (this.#cancelNote = null))
    })
  }

  /** First the disk has it, then it is said that it has. */
  async #note(): Promise<void> {
    if (this.#known === null || this.#written.size === 0) return
    const bits = this.#known.picker.bits()
    const doneBytes = this.#doneBytes
    const written = [...this.#written]
    this.#written.clear()
    await syncFiles(written)
    this.#parts.rows.note(this.#row.id, bits, doneBytes)
  }
}

