import { createReadStream } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { CliError, exitCodes } from './failure.ts'
import type { Io } from './io.ts'

/** Standard input or output in place of a file, as everywhere. */
export const STANDARD = '-'

/** The text of a file, or of standard input. Errors: CliError, also where it is larger than `maxBytes`. */
export async function readText(io: Io, path: string, maxBytes: number): Promise<string> {
  const text = path === STANDARD ? await io.readInput() : (await readFrom(path, maxBytes)).toString('utf8')
  checkSize(path, Buffer.byteLength(text), maxBytes)
  return text
}

/** The same, as bytes. */
export async function readBytes(io: Io, path: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = path === STANDARD ? await io.readInputBytes() : await readFrom(path, maxBytes)
  checkSize(path, bytes.byteLength, maxBytes)
  return bytes
}

function checkSize(path: string, sizeBytes: number, maxBytes: number): void {
  if (sizeBytes > maxBytes)
    throw new CliError(exitCodes.failed, `${path} is larger than such a file can be.`, 'TOO_LARGE')
}

/** One byte more than is taken tells a file that is too large, whatever it says of its size. */
async function readFrom(path: string, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  try {
    for await (const part of createReadStream(path, { end: maxBytes })) parts.push(part as Buffer)
  } catch (error) {
    throw failure(path, 'read', error as NodeJS.ErrnoException)
  }
  return Buffer.concat(parts)
}

type Parts = AsyncIterable<string | Uint8Array> | readonly string[]

/**
 * Writes what `parts` gives to a new file, for this user's eyes only, or to standard output. A file that is there
 * already is left alone, and one that could not be finished is taken away.
 */
export async function writeParts(io: Io, path: string, parts: Parts): Promise<void> {
  if (path === STANDARD) {
    for await (const part of parts) io.out(typeof part === 'string' ? part : Buffer.from(part).toString('utf8'))
    return
  }
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw failure(path, 'written', error)
  })
  try {
    await write(file, parts)
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw isSystemError(error) ? failure(path, 'written', error) : error
  }
  await file.close()
}

async function write(file: FileHandle, parts: Parts): Promise<void> {
  for await (const part of parts) await file.appendFile(part)
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function failure(path: string, verb: 'read' | 'written', { code }: NodeJS.ErrnoException): CliError {
  const message =
    code === 'EEXIST'
      ? `${path} is there already; name another file, or remove it first.`
      : code === 'ENOENT'
        ? `There is no ${verb === 'read' ? 'file' : 'folder for'} ${path}.`
        : `${path} cannot be ${verb} (${code}).`
  return new CliError(exitCodes.failed, message, code === 'ENOENT' ? 'NOT_FOUND' : 'CONFLICT')
}
