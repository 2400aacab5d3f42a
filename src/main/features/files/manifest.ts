import { join } from 'node:path'
import { z } from 'zod'
import { MAX_FILE_BYTES } from '../../../shared/model/files.ts'
import { decode, encode } from '../../platform/cbor.ts'
import { CHUNK_BYTES } from '../../platform/hash-tree.ts'
import type { Segment } from '../../platform/hash-tree-threads.ts'
import { cleanFileName, numbered, sameOnDisk } from './clean-name.ts'
import { MAX_DEPTH, MAX_FOLDER_FILES, MAX_MANIFEST_BYTES, MAX_PATH_CHARS } from './limits.ts'

/** One file of a folder: its path in it, with slashes, and its length. */
export interface Entry {
  readonly path: string
  readonly bytes: number
}

/** The list of files of a folder, in the order in which they lie one after another; how it is sent is in docs/wire/file.md. */
const Manifest = z.array(z.tuple([z.string().min(1).max(MAX_PATH_CHARS), z.int().nonnegative().max(MAX_FILE_BYTES)])).max(MAX_FOLDER_FILES)

export function encodeManifest(entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  return encode(entries.map(({ path, bytes }) => [path, bytes]))
}

/** As somebody else says; paths are theirs. *Errors*: DecodeError. */
export function decodeManifest(bytes: Uint8Array): Entry[] {
  return decode(bytes, Manifest, MAX_MANIFEST_BYTES).map(([path, length]) => ({ path, bytes: length }))
}

/**
 * The same files by paths that can lie under a folder of this machine and nowhere else: each part of a path is cleaned, what
 * a disk might take for the same gets a number. Null: deeper, or more folders, than any may have.
 */
export function cleanEntries(entries: readonly Entry[]): Entry[] | null {
  const root = new Folder()
  const clean: Entry[] = []
  let folders = 0
  for (const { path, bytes } of entries) {
    const parts = path.split(/[/\\]/)
    if (parts.length > MAX_DEPTH) return null
    const names: string[] = []
    let folder = root
    for (const part of parts.slice(0, -1)) {
      const there = folder.below.get(part)
      if (there === undefined && ++folders > MAX_FOLDER_FILES) return null
      const { name, content } = there ?? folder.add(part)
      names.push(name)
      folder = content
    }
    clean.push({ path: [...names, folder.place(parts.at(-1) ?? '')].join('/'), bytes })
  }
  return clean
}

class Folder {
  /** By what they were called before that was cleaned: what was called the same is the same folder. */
  readonly below = new Map<string, { readonly name: string; readonly content: Folder }>()
  /** What a disk would take for one of these is taken; where to go on numbering it. */
  readonly #taken = new Map<string, number>()

  add(said: string): { readonly name: string; readonly content: Folder } {
    const added = { name: this.place(said), content: new Folder() }
    this.below.set(said, added)
    return added
  }

  place(said: string): string {
    const wish = cleanFileName(said)
    const first = sameOnDisk(wish)
    for (let n = this.#taken.get(first) ?? 1; ; n++) {
      const name = numbered(wish, n)
      const key = sameOnDisk(name)
      if (n > 1 && this.#taken.has(key)) continue
      this.#taken.set(key, 2)
      if (n > 1) this.#taken.set(first, n + 1)
      return name
    }
  }
}

/** Where each byte of a file or a folder lies on this disk. */
export class Layout {
  readonly manifest: Uint8Array
  readonly bytes: number
  readonly #files: readonly { readonly path: string; readonly bytes: number; readonly from: number }[]

  /** `under` is the folder, or the file itself where there are no entries. */
  constructor(under: string, entries: readonly Entry[] | null, manifest: Uint8Array | null, fileBytes = 0) {
    this.manifest = manifest ?? new Uint8Array()
    let from = this.manifest.byteLength
    const all = entries === null ? [{ path: under, bytes: fileBytes }] : entries.map(({ path, bytes }) => ({ path: join(under, path), bytes }))
    this.#files = all.map(({ path, bytes }) => {
      const file = { path, bytes, from }
      from += bytes
      return file
    })
    this.bytes = from
  }

  get files(): readonly { readonly path: string; readonly bytes: number }[] {
    return this.#files
  }

  /** Of the manifest, what lies in these bytes of the whole. */
  headOf(from: number, bytes: number): Uint8Array {
    return this.manifest.subarray(from, from + bytes)
  }

  /** Of the files, what lies in these bytes of the whole, in order. */
  segmentsOf(from: number, bytes: number): Segment[] {
    return this.numberedSegmentsOf(from, bytes).map(({ path, at, bytes: length }) => ({ path, at, bytes: length }))
  }

  /** The same, with which file it is, from 0. */
  numberedSegmentsOf(from: number, bytes: number): (Segment & { readonly file: number })[] {
    const end = from + bytes
    const segments: (Segment & { readonly file: number })[] = []
    for (let at = this.#firstAt(from); at < this.#files.length; at++) {
      const file = this.#files[at]
      if (file === undefined || file.from >= end) break
      const start = Math.max(from, file.from)
      const length = Math.min(end, file.from + file.bytes) - start
      if (length > 0) segments.push({ path: file.path, at: start - file.from, bytes: length, file: at })
    }
    return segments
  }

  /** Where a chunk is written to: of the manifest, nowhere. */
  placesOf(chunk: number): Segment[] {
    const from = chunk * CHUNK_BYTES
    const bytes = Math.min(CHUNK_BYTES, this.bytes - from)
    const head = this.headOf(from, bytes).byteLength
    const skipped = head === 0 ? [] : [{ path: '', at: 0, bytes: head }]
    return [...skipped, ...this.segmentsOf(from, bytes)]
  }

  /** The first file that ends behind this byte. */
  #firstAt(from: number): number {
    let low = 0
    let high = this.#files.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const file = this.#files[middle]
      if (file !== undefined && file.from + file.bytes <= from) low = middle + 1
      else high = middle
    }
    return low
  }
}
