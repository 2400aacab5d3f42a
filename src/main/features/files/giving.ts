import { fstatSync } from 'node:fs'
import { constants, open, type FileHandle } from 'node:fs/promises'
import type { AccountId, FileId, PeerId } from '../../../shared/ids.ts'
import { CHUNK_BYTES, chunkBytesOf } from '../../platform/hash-tree.ts'
import type { Segment } from '../../platform/hash-tree-threads.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import type { GivenFile, RefusedStatus } from '../../protocols/file/index.ts'
import { MAX_STREAMS, MAX_STREAMS_OF_PEER } from './limits.ts'
import { isSameStamp, type Here, type Shelf } from './shelf.ts'

export interface GivingParts {
  readonly shelf: Shelf
  readonly mayFetch: (file: FileId, account: AccountId) => boolean
  readonly accountOf: (peerId: PeerId) => AccountId | null
  readonly self: AccountId
  readonly onTaken: (file: FileId, account: AccountId) => void
  /** It is no longer what it was. */
  readonly onGone: (file: FileId) => void
}

/** Who may have what of what is here. Whether a file is here is said only to whom it was offered. */
export function createGiving(parts: GivingParts): (peer: RemotePeer, file: FileId) => Promise<GivenFile | RefusedStatus> {
  const streams = new Map<PeerId, number>()
  let all = 0

  function took(peerId: PeerId): () => void {
    let isOver = false
    all += 1
    streams.set(peerId, (streams.get(peerId) ?? 0) + 1)
    return () => {
      if (isOver) return
      isOver = true
      all -= 1
      const left = (streams.get(peerId) ?? 1) - 1
      if (left === 0) streams.delete(peerId)
      else streams.set(peerId, left)
    }
  }

  return async ({ peerId }, file) => {
    const account = parts.accountOf(peerId)
    if (account === null) return 'unproven'
    if (account !== parts.self && !parts.mayFetch(file, account)) return 'denied'
    if (all >= MAX_STREAMS || (streams.get(peerId) ?? 0) >= MAX_STREAMS_OF_PEER) return 'busy'
    const over = took(peerId)
    const here = parts.shelf.get(file)
    const reader = here === null ? null : new Reader(here)
    if (here === null || reader === null || !(await reader.begin())) {
      over()
      if (here !== null) parts.onGone(file)
      return 'not-here'
    }
    return {
      head: here.head,
      groups: () => Promise.resolve(here.groups),
      leaves: (group) => Promise.resolve(parts.shelf.leaves(file, group)),
      async chunk(number, room) {
        const outcome = await reader.read(number, room)
        if (outcome === null) parts.onGone(file)
        return outcome
      },
      job: (number) => jobOf(here, number),
      taken: () => parts.onTaken(file, account),
      over() {
        over()
        reader.close().catch(() => {})
      },
    }
  }
}

/** Reads chunks of what is here, as long as each file is what it was when it was hashed. */
class Reader {
  readonly #here: Here
  readonly #numbers: ReadonlyMap<string, number>
  /** Of a file that is no folder, open all the while. */
  #only: FileHandle | null = null

  constructor(here: Here) {
    this.#here = here
    this.#numbers = new Map(here.layout.files.map(({ path }, at) => [path, at]))
  }

  /** Whether it is there; of a folder each file is looked at when it is read. */
  async begin(): Promise<boolean> {
    const { layout, path } = this.#here
    if (layout.manifest.byteLength > 0) return true
    try {
      this.#only = await opened(path)
      return this.#isUnchanged(this.#only, path)
    } catch {
      return false
    }
  }

  async read(number: number, room: Uint8Array): Promise<'read' | null> {
    const from = number * CHUNK_BYTES
    const head = this.#here.layout.headOf(from, room.byteLength)
    room.set(head)
    let at = head.byteLength
    try {
      for (const segment of this.#here.layout.segmentsOf(from, room.byteLength)) {
        const isRead = await this.#segment(segment, room.subarray(at, at + segment.bytes))
        if (!isRead) return null
        at += segment.bytes
      }
      return 'read'
    } catch {
      return null
    }
  }

  async close(): Promise<void> {
    await this.#only?.close()
  }

  async #segment({ path, at }: Segment, room: Uint8Array): Promise<boolean> {
    const handle = this.#only ?? (await opened(path))
    try {
      for (let done = 0; done < room.byteLength; ) {
        const { bytesRead } = await handle.read(room, done, room.byteLength - done, at + done)
        if (bytesRead === 0) return false
        done += bytesRead
      }
      // Looked at after it was read: whoever changed it before that left a mark.
      return this.#isUnchanged(handle, path)
    } finally {
      if (handle !== this.#only) await handle.close()
    }
  }

  /** By the open file: a few µs, and of the file that was read. */
  #isUnchanged(handle: FileHandle, path: string): boolean {
    const found = fstatSync(handle.fd)
    const stamp = found.isFile() ? { bytes: found.size, changedMs: found.mtimeMs } : null
    return isSameStamp(stamp, this.#here.stamps[this.#numbers.get(path) ?? -1])
  }
}

function jobOf({ head, layout, stamps }: Here, number: number): ReturnType<GivenFile['job']> {
  const from = number * CHUNK_BYTES
  const bytes = chunkBytesOf(head.bytes, number)
  const numbered = layout.numberedSegmentsOf(from, bytes)
  const segments = numbered.map(({ file, ...segment }) => ({ ...segment, stamp: stamps[file] ?? { bytes: -1, changedMs: 0 } }))
  return { number, head: layout.headOf(from, bytes).slice(), segments }
}

/** A fifo or a link in the place of a file is not what was hashed. */
function opened(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0))
}
