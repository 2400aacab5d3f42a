import { open, type FileHandle } from 'node:fs/promises'
import { LatchError } from '../../../shared/errors.ts'
import { DecodeError } from '../../platform/cbor.ts'
import { About, EntryHead, HEAD_LENGTH_BYTES, Keys, readEntry } from './entries.ts'
import { damaged, HEAD_BYTES, readHead, streamKeyOf } from './key.ts'
import { MAX_ENTRY_BYTES } from './limits.ts'
import { Opener, SEALED_BYTES } from './sealing.ts'

/** What a backup says of itself. */
export interface ReadBackup {
  readonly about: About
  readonly keys: Keys
  /** The account's revocation, signed in advance; null where there is none in it. */
  readonly revocation: Uint8Array | null
  readonly bytes: number
}

/**
 * Reads a backup to its end, so that all of it is known to be whole. `toDatabase` is given the database piece by piece, after
 * `onKeys` heard what opens it; `onBytes` hears how far it is. Errors: LatchError BAD_INPUT (passphrase, not a backup, newer), DAMAGED, NOT_FOUND; the signal's reason.
 */
export async function readBackup(
  path: string,
  passphrase: string,
  signal: AbortSignal,
  toDatabase?: (piece: Uint8Array) => Promise<void>,
  onBytes?: (doneBytes: number, totalBytes: number) => void,
): Promise<ReadBackup> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new LatchError('NOT_FOUND', `${path} cannot be read. Look whether it is there, and whether you may read it.`, { cause })
  })
  try {
    const { size } = await file.stat()
    const head = await readHead(await beginning(file), passphrase, path)
    const bytes = new Bytes(pieces(file, new Opener(streamKeyOf(head.key), head.stream), head.bytes, size, path, signal, onBytes))
    const parts = await readParts(bytes, path, toDatabase ?? (() => Promise.resolve()))
    return { ...parts, bytes: size }
  } catch (error) {
    if (error instanceof DecodeError) throw damaged(path, 'a part of it cannot be read')
    throw error
  } finally {
    await file.close()
  }
}

async function readParts(bytes: Bytes, path: string, toDatabase: (piece: Uint8Array) => Promise<void>): Promise<Omit<ReadBackup, 'bytes'>> {
  const small = new Map<string, Uint8Array>()
  let hasDatabase = false
  for (;;) {
    const length = await bytes.exactlyOrEnd(HEAD_LENGTH_BYTES)
    if (length === null) break
    const headBytes = Buffer.from(length).readUInt32BE()
    if (headBytes > MAX_ENTRY_BYTES) throw damaged(path, 'a part of it cannot be read')
    const { name, bytes: size } = readEntry(await bytes.exactly(headBytes, path), EntryHead)
    if (name === 'database') {
      hasDatabase = true
      await bytes.each(size, path, toDatabase)
    } else if (size > MAX_ENTRY_BYTES) await bytes.each(size, path, () => Promise.resolve())
    else small.set(name, await bytes.exactly(size, path))
  }
  const [about, keys] = [small.get('about'), small.get('keys')]
  if (about === undefined || keys === undefined || !hasDatabase) throw damaged(path, 'a part of it is missing')
  return { about: readEntry(about, About), keys: readEntry(keys, Keys), revocation: small.get('revocation') ?? null }
}

async function beginning(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

async function* pieces(
  file: FileHandle,
  opener: Opener,
  head: Uint8Array,
  size: number,
  path: string,
  signal: AbortSignal,
  onBytes: (doneBytes: number, totalBytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const room = Buffer.alloc(SEALED_BYTES)
  let bound: Uint8Array | null = head
  for (let at = HEAD_BYTES; ; ) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(room, 0, SEALED_BYTES, at)
    if (bytesRead === 0) throw damaged(path, 'it ends before its end')
    at += bytesRead
    const opened = opener.open(room.subarray(0, bytesRead), bound)
    if (opened === null) throw damaged(path, bytesRead < SEALED_BYTES && at >= size ? 'it is cut off, or changed at its end' : 'it was changed')
    bound = null
    onBytes(at, size)
    yield opened.piece
    if (!opened.isLast) continue
    if (at < size) throw damaged(path, 'there is more after its end')
    return
  }
}

/** Pieces as one run of bytes. */
class Bytes {
  readonly #pieces: AsyncIterator<Uint8Array>
  #left: Uint8Array = new Uint8Array()

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  async each(count: number, path: string, use: (some: Uint8Array) => Promise<void>): Promise<void> {
    for (let missing = count; missing > 0; ) {
      if (this.#left.byteLength === 0 && !(await this.#more())) throw damaged(path, 'it says more than it holds')
      const some = this.#left.subarray(0, missing)
      this.#left = this.#left.subarray(some.byteLength)
      missing -= some.byteLength
      if (some.byteLength > 0) await use(some)
    }
  }

  async exactly(count: number, path: string): Promise<Uint8Array> {
    const out = new Uint8Array(count)
    let at = 0
    await this.each(count, path, async (some) => {
      out.set(some, at)
      at += some.byteLength
    })
    return out
  }

  /** Null at the end of everything. */
  async exactlyOrEnd(count: number): Promise<Uint8Array | null> {
    while (this.#left.byteLength === 0) if (!(await this.#more())) return null
    return this.exactly(count, 'the backup')
  }

  async #more(): Promise<boolean> {
    const next = await this.#pieces.next()
    if (next.done === true) return false
    this.#left = next.value
    return true
  }
}
