import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, realpath, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { LatchError } from '../../../../shared/errors.ts'

/**
 * A new file of what `parts` give, for this user's eyes only: beside its place until it is whole, and never over one that is there.
 * Gives how many bytes it has.
 */
export async function writeNew(path: string, parts: AsyncIterable<string>, forbidden: string | null): Promise<number> {
  const place = await placeOf(path, forbidden)
  const temporary = `${place}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const bytes = await written(temporary, parts)
    await moveTo(temporary, place)
    return bytes
  } catch (error) {
    throw inWords(error, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Where it goes, past links of folders. */
async function placeOf(path: string, forbidden: string | null): Promise<string> {
  if (!isAbsolute(path)) throw new LatchError('BAD_INPUT', `${path} does not begin at the root: name the file whole.`)
  const folder = await realpath(dirname(path)).catch((error: unknown) => {
    throw inWords(error, path)
  })
  const own = forbidden === null ? null : await realpath(forbidden).catch(() => forbidden)
  if (own !== null && isWithin(own, folder)) {
    throw new LatchError('BAD_INPUT', `${path} is in the folder in which Latch keeps its own. Choose another one.`)
  }
  return join(folder, basename(path))
}

function isWithin(outer: string, folder: string): boolean {
  const way = relative(outer, folder)
  return way === '' || (!isAbsolute(way) && way !== '..' && !/^\.\.[/\\]/.test(way))
}

async function written(temporary: string, parts: AsyncIterable<string>): Promise<number> {
  const file = await open(temporary, 'wx', 0o600)
  try {
    const bytes = await writeAll(file, parts)
    await file.sync()
    return bytes
  } finally {
    await file.close()
  }
}

async function writeAll(file: FileHandle, parts: AsyncIterable<string>): Promise<number> {
  let bytes = 0
  for await (const part of parts) {
    const chunk = Buffer.from(part, 'utf8')
    await file.appendFile(chunk)
    bytes += chunk.byteLength
  }
  return bytes
}

/** A rename would replace what came to stand there meanwhile. Where the disk knows no second name for a file, it is copied. */
async function moveTo(temporary: string, place: string): Promise<void> {
  try {
    await link(temporary, place)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    await copyFile(temporary, place, constants.COPYFILE_EXCL)
  }
}

function inWords(error: unknown, path: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  switch (code) {
    case 'EEXIST':
      return new LatchError('CONFLICT', `${path} is there already; name another file, or remove it first.`, { cause: error })
    case 'ENOENT':
    case 'ENOTDIR':
      return new LatchError('NOT_FOUND', `There is no folder for ${path}.`, { cause: error })
    case 'ENOSPC':
      return new LatchError('INTERNAL', `The disk that was to hold ${path} is full. Nothing was kept there.`, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EISDIR':
    case 'ENAMETOOLONG':
      return new LatchError('BAD_INPUT', `${path} cannot be written (${code}). Choose another place.`, { cause: error })
    default:
      return error
  }
}
