import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../../platform/database-create.ts'
import { entryHead } from './entries.ts'
import { streamKeyOf, writeHead, type BackupKey } from './key.ts'
import { PIECE_BYTES } from './limits.ts'
import { Sealer } from './sealing.ts'

export interface BackupContent {
  /** Entries before the database, each with its head. */
  readonly small: readonly Uint8Array[]
  readonly database: { readonly path: string; readonly bytes: number }
}

/**
 * Writes one backup whole or not at all: beside its place, synced, and renamed. Gives its size. Errors: those of the disk; the
 * signal's reason.
 */
export async function writeBackup(
  path: string,
  key: BackupKey,
  content: BackupContent,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<number> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`
  const file = await open(temporary, 'wx', 0o600)
  let bytes = 0
  try {
    try {
      const sealer = new Sealer(streamKeyOf(key.key))
      const head = writeHead(key, sealer.stream)
      const write = async (some: Uint8Array): Promise<void> => {
        signal.throwIfAborted()
        await file.writeFile(some)
        bytes += some.byteLength
        onProgress(bytes, content.database.bytes)
      }
      await write(head.bytes)
      let bound: Uint8Array | null = head.bytes
      for await (const { piece, isLast } of pieces(plaintext(content))) {
        await write(sealer.seal(piece, isLast, bound))
        bound = null
      }
      signal.throwIfAborted()
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(path))
  return bytes
}

async function* plaintext({ small, database }: BackupContent): AsyncGenerator<Uint8Array> {
  yield* small
  yield entryHead({ name: 'database', bytes: database.bytes })
  let left = database.bytes
  for await (const chunk of createReadStream(database.path, { highWaterMark: 4 * PIECE_BYTES })) {
    const bytes: Uint8Array = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk))
    left -= bytes.byteLength
    yield bytes
  }
  if (left !== 0) throw new Error('the copy of the database changed while it was read')
}

/** In pieces of one size, and the last one known as such. */
async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{ piece: Uint8Array; isLast: boolean }> {
  let room = Buffer.alloc(PIECE_BYTES)
  let filled = 0
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (filled === PIECE_BYTES) {
        yield { piece: room, isLast: false }
        room = Buffer.alloc(PIECE_BYTES)
        filled = 0
      }
      const taken = Math.min(PIECE_BYTES - filled, chunk.byteLength - at)
      room.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
    }
  }
  yield { piece: room.subarray(0, filled), isLast: true }
}
