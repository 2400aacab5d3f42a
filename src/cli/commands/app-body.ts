import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../failure.ts'
import { STANDARD } from '../files.ts'
import type { Io } from '../io.ts'
import { plain } from '../plain.ts'

/** As many as the node takes at a time. */
export const PIECE_BYTES = 256 * 1024

/** Null for what is no plain file, as a pipe: its length is seen at its end. Errors: CliError. */
export async function sizeOfFile(path: string): Promise<number | null> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw failure(path, 'read', error)
  })
  return found.isFile() ? found.size : null
}

export async function* bytesIn(path: string, pieceBytes: number): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) yield piece as Buffer
  } catch (error) {
    throw isSystemError(error) ? failure(path, 'read', error) : error
  }
}

/** An answer in pieces, each asked for when the one before it was dealt with. */
export async function* readPieces(
  client: Client,
  exchange: { app: string; id: string },
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  for (;;) {
    const { chunk, done } = await client.apps.read(exchange, { signal })
    yield Buffer.from(chunk, 'base64')
    if (done) return
  }
}

/**
 * Writes bytes to a new file, for this user's eyes only, and says how many; to standard output as text. A file that is
 * there already is left alone, and one that could not be finished is taken away. Errors: CliError.
 */
export async function writeBytes(io: Io, path: string, pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<number> {
  if (path === STANDARD) return writeText(io, pieces)
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw failure(path, 'written', error)
  })
  let written = 0
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece)
      written += piece.byteLength
    }
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw isSystemError(error) ? failure(path, 'written', error) : error
  }
  await file.close()
  return written
}

/** A terminal gets nothing that it would act on; what reads a pipe gets the text as it is. */
async function writeText(io: Io, pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<number> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const clean = (text: string): string => (io.isTerminal ? plain(text) : text)
  let written = 0
  try {
    for await (const piece of pieces) {
      io.out(clean(decoder.decode(piece, { stream: true })))
      written += piece.byteLength
    }
    io.out(clean(decoder.decode()))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new CliError(exitCodes.failed, 'The answer is no text. Say with --out <file> where it goes.')
  }
  return written
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function failure(path: string, verb: 'read' | 'written', { code }: NodeJS.ErrnoException): CliError {
  const sentence =
    code === 'EEXIST'
      ? `${path} is there already; name another file, or remove it first.`
      : code === 'ENOENT'
        ? `There is no ${verb === 'read' ? 'file' : 'folder for'} ${path}.`
        : `${path} cannot be ${verb} (${code}).`
  return new CliError(exitCodes.failed, sentence, code === 'ENOENT' ? 'NOT_FOUND' : 'CONFLICT')
}
