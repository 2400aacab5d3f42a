import { constants } from 'node:fs'
import { link, lstat, mkdir, open, rename, rm, statfs, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LatchError } from '../../../../shared/errors.ts'
import { numbered } from '../clean-name.ts'
import { FILES_AT_ONCE, MAX_LOOKED_AT, MAX_NUMBERED } from '../limits.ts'
import type { Entry } from '../manifest.ts'

/** How what is on its way is called beside its target. */
const PART_ENDING = '.latch-part'

/** A file of so many bytes, or a folder, that is nobody else's yet. *Errors*: those of the system. */
export async function makePart(folder: string, name: string, fileBytes: number | null): Promise<string> {
  await mkdir(folder, { recursive: true })
  return named(name, async (free) => {
    const path = join(folder, `${free}${PART_ENDING}`)
    if (fileBytes === null) await mkdir(path, { mode: 0o755 })
    else await makeFile(path, fileBytes)
    return path
  })
}

/** The files of a folder, each as long as it will be. */
export async function makeFiles(root: string, entries: readonly Entry[]): Promise<void> {
  const folders = new Set(entries.map(({ path }) => dirname(path)))
  folders.delete('.')
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true, mode: 0o755 })
  await manyAtOnce(entries, async ({ path, bytes }) => {
    await makeFile(join(root, path), bytes).catch((error: unknown) => {
      // The process ended between this and its being written down.
      if (codeOf(error) !== 'EEXIST') throw error
    })
  })
}

async function makeFile(path: string, bytes: number): Promise<void> {
  // Never one that can be run, whatever it was over there.
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), 0o644)
  try {
    await file.truncate(bytes)
  } finally {
    await file.close()
  }
}

/** Flushes files to the disk. */
export function syncFiles(paths: Iterable<string>): Promise<void> {
  return manyAtOnce([...paths], async (path) => {
    const file = await open(path, 'r+')
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
  })
}

/** Gives what is whole its name, or the next one that is free. Nothing is overwritten. */
export function settle(part: string, folder: string, name: string, isFolder: boolean): Promise<string> {
  return named(name, async (free) => {
    const path = join(folder, free)
    await (isFolder ? settleFolder(part, path) : settleFile(part, path))
    return path
  })
}

async function settleFile(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    // The process ended once before it had unlinked the other name.
    if (codeOf(error) === 'EEXIST' && (await isOneFile(part, path))) return unlink(part)
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') throw error
    // A disk that knows no second name for a file: the name is taken first, then what it stands for.
    await (await open(path, 'wx')).close()
    return rename(part, path)
  }
  await unlink(part)
}

async function isOneFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(one, { bigint: true }), lstat(other, { bigint: true })])
  return a.ino !== 0n && a.ino === b.ino && a.dev === b.dev
}

/** Where it may lie where the process ended between its getting its name and that being written down. `fileBytes` null: a folder. */
export async function mayBeNamed(folder: string, name: string, fileBytes: number | null): Promise<string[]> {
  const found: string[] = []
  for (let n = 1; n <= MAX_LOOKED_AT; n++) {
    const path = join(folder, numbered(name, n))
    const stats = await lstat(path).catch(() => null)
    if (fileBytes === null ? stats?.isDirectory() === true : stats?.isFile() === true && stats.size === fileBytes) found.push(path)
  }
  return found
}

async function settleFolder(part: string, path: string): Promise<void> {
  // A rename puts a folder in the place of an empty one; on Windows it refuses any.
  if (process.platform === 'win32') return rename(part, path)
  await mkdir(path)
  await rename(part, path).catch(async (error: unknown) => {
    await rm(path, { recursive: false }).catch(() => {})
    throw error
  })
}

export async function removePart(path: string): Promise<void> {
  if (path.endsWith(PART_ENDING)) await rm(path, { recursive: true, force: true })
}

/** Of the disk that a folder is on, or will be. Null where the system does not say. */
export async function freeAt(folder: string): Promise<number | null> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    } catch {
      if (dirname(path) === path) return null
    }
  }
}

async function named(name: string, make: (free: string) => Promise<string>): Promise<string> {
  for (let n = 1; n <= MAX_NUMBERED; n++) {
    try {
      return await make(numbered(name, n))
    } catch (error) {
      const isTaken = ['EEXIST', 'ENOTEMPTY', ...(process.platform === 'win32' ? ['EPERM'] : [])].includes(codeOf(error))
      if (!isTaken) throw error
    }
  }
  throw new LatchError('CONFLICT', `There are too many files called ${name} in that folder.`)
}

export function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : ''
}

export async function manyAtOnce<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await run(one)
  }
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, lane))
}
