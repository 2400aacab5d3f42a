import { setImmediate } from 'node:timers/promises'
import type { CID } from 'multiformats/cid'
import { LatchError } from '../../../../shared/errors.ts'
import { GiB } from '../../../../shared/units.ts'
import { hexOf, isBlockId, type BlockId } from './block-id.ts'
import { whyNoName } from './node.ts'
import {
  CHUNK_BYTES,
  MAKE_AT_ONCE,
  MAX_DEPTH,
  MAX_ENTRIES,
  MAX_NODE_BYTES,
  MAX_PATH_CHARS,
  MAX_TREE_BYTES,
  SHARD_ABOVE_BYTES,
} from '../limits.ts'
import { TreeError } from './protobuf.ts'

export interface SourceFile {
  readonly path: string
  readonly bytes: number
  read(): AsyncIterable<Uint8Array>
}

const TOO_LARGE = `Copies are made of at most ${(MAX_ENTRIES / 2).toLocaleString('en')} files and folders and ${MAX_TREE_BYTES / GiB} GiB, in folders at most ${MAX_DEPTH / 2} deep; this folder has more.`

/** A file that cannot be part of a copy, or not be read: `message` is a sentence for the person. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

/**
 * A folder as a tree: the same files give the same CID, in whatever order and on whatever system they come. Names are
 * brought into one form (NFC), as one system gives them in another than they were given to it. *Errors*: LatchError TOO_LARGE,
 * SourceError, TreeError, those of `put`, the signal's reason.
 */
export async function makeTree(
  source: AsyncIterable<SourceFile>,
  put: (id: BlockId, bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<{ readonly root: BlockId; readonly files: number; readonly bytes: number }> {
  const files = await listed(source, signal)
  let bytes = 0
  const read = async function* (file: SourceFile): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of reading(file)) {
      signal.throwIfAborted()
      bytes += chunk.byteLength
      if (bytes > MAX_TREE_BYTES) throw new TreeError('too-large', 'the folder is too large')
      yield chunk
      onBytes(bytes)
    }
  }
  const blockstore = {
    async put(cid: CID, block: Uint8Array): Promise<CID> {
      signal.throwIfAborted()
      const id = hexOf(cid.bytes)
      // Where nothing has to be read or written, the library would go through thousands of files in one turn.
      await setImmediate()
      if (!isBlockId(id) || block.byteLength > MAX_NODE_BYTES) throw new TreeError('too-large', 'a folder with too many folders in it')
      await put(id, block)
      return cid
    },
    has: (): boolean => false,
    get: (): never => {
      throw new Error('nothing is read while a tree is made')
    },
  }
  const candidates = files.map((file) => ({ path: file.path, content: read(file) }))
  let root: CID | null = null
  const options = {
    cidVersion: 1,
    rawLeaves: true,
    wrapWithDirectory: true,
    chunker: chunked,
    shardSplitThresholdBytes: SHARD_ABOVE_BYTES,
    fileImportConcurrency: MAKE_AT_ONCE,
    blockWriteConcurrency: MAKE_AT_ONCE,
  } as const
  // Loaded when it is needed: most starts need it not, and it takes 80 ms.
  const { unixfs } = await import('@helia/unixfs')
  // The last is the root.
  for await (const { cid } of unixfs({ blockstore }).addAll(candidates, options)) root = cid
  if (root === null) throw new Error('a tree without a root')
  return { root: hexOf(root.bytes), files: files.length, bytes }
}

/** In the order of their paths, each checked. */
async function listed(source: AsyncIterable<SourceFile>, signal: AbortSignal): Promise<SourceFile[]> {
  const byPath = new Map<string, SourceFile>()
  const folders = new Set<string>()
  let bytes = 0
  for await (const file of source) {
    signal.throwIfAborted()
    const { path } = file
    const normal = path.normalize('NFC')
    const names = normal.split('/')
    const wrong = names.map(whyNoName).find((why) => why !== null)
    if (wrong !== undefined) throw new SourceError(`“${path}” cannot be part of a copy: ${wrong}.`)
    if (byPath.has(normal)) throw new SourceError(`“${path}” is there twice, in two forms of the same letters.`)
    if (normal.length > MAX_PATH_CHARS) throw new SourceError(`“${path}” has too long a path to be part of a copy.`)
    byPath.set(normal, { path: normal, bytes: file.bytes, read: () => file.read() })
    for (let length = 1; length < names.length; length++) folders.add(names.slice(0, length).join('/'))
    bytes += file.bytes
    if (bytes > MAX_TREE_BYTES || names.length > MAX_DEPTH / 2 || byPath.size + folders.size > MAX_ENTRIES / 2) {
      throw new LatchError('TOO_LARGE', TOO_LARGE)
    }
  }
  return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function* reading(file: SourceFile): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* file.read()
  } catch (cause) {
    throw new SourceError(`“${file.path}” could not be read.`, { cause })
  }
}

/** The library's own is not among what `@helia/unixfs` gives. */
async function* chunked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let pieces: Uint8Array[] = []
  let length = 0
  let isCut = false
  for await (const bytes of source) {
    for (let at = 0; at < bytes.byteLength; ) {
      const piece = bytes.subarray(at, at + CHUNK_BYTES - length)
      pieces.push(piece)
      length += piece.byteLength
      at += piece.byteLength
      if (length < CHUNK_BYTES) continue
      yield Buffer.concat(pieces)
      isCut = true
      pieces = []
      length = 0
    }
  }
  // An empty file is one empty piece.
  if (length > 0 || !isCut) yield Buffer.concat(pieces)
}
