import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isBlock, isBlockId, type BlockId } from '../dag/block-id.ts'
import { drain } from '../dag/survey.ts'
import { FILES_AT_ONCE } from '../limits.ts'

const LEFTOVER = /\.tmp$/

/**
 * Blocks as files, each named by its CID, in 256 folders. Read with the hash checked, so that one that a disk changed, or that was
 * written in part, is as good as none. Sites are public: nothing here is encrypted.
 */
export class BlockFiles {
  readonly #folder: string
  readonly #made = new Set<string>()
  /** Being written beside what is to be replaced. */
  readonly #temporary = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * `damaged`: it is something else. `unreadable`: it may be there and right, and the system does not give it now, as when
   * too many files are open.
   */
  async read(id: BlockId): Promise<Uint8Array | 'missing' | 'damaged' | 'unreadable'> {
    const bytes = await readFile(this.#pathOf(id)).catch((error: unknown) => (isMissing(error) ? 'missing' : 'unreadable'))
    return typeof bytes === 'string' || isBlock(id, bytes) ? bytes : 'damaged'
  }

  /**
   * On the disk for good once `sync` was called. What a crash leaves in part has another hash, so a new file is written in its
   * place at once; only where one is there already, whoever reads it finds the old or the new. Errors: those of the disk.
   */
  async write(id: BlockId, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(id)
    try {
      await this.#writeNew(id, path, bytes)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
      const name = `${id}.${randomBytes(4).toString('hex')}.tmp`
      const temporary = join(this.#folder, folderOf(id), name)
      this.#temporary.add(name)
      try {
        await this.#writeNew(id, temporary, bytes)
        await rename(temporary, path)
      } catch (cause) {
        await rm(temporary, { force: true })
        throw cause
      } finally {
        this.#temporary.delete(name)
      }
    }
  }

  async remove(id: BlockId): Promise<void> {
    await rm(this.#pathOf(id), { force: true })
  }

  /** After this, these outlive a power cut, but for those that it resolves with: they are not there. */
  async sync(ids: readonly BlockId[]): Promise<BlockId[]> {
    const lost: BlockId[] = []
    const one = async (id: BlockId): Promise<void> => {
      if ((await syncPath(this.#pathOf(id), 'r+')) === 'missing') lost.push(id)
    }
    await drain([...ids], one, FILES_AT_ONCE)
    // Windows cannot open a folder, and does not need it.
    if (process.platform === 'win32') return lost
    const folders = [...new Set(ids.map(folderOf))].map((name) => join(this.#folder, name))
    await drain([...folders, this.#folder, dirname(this.#folder)], async (path) => void (await syncPath(path, 'r')), FILES_AT_ONCE)
    return lost
  }

  /** All that lie here, folder by folder. What a write left behind is removed on the way. */
  async *all(): AsyncGenerator<BlockId, void, void> {
    for (const folder of await namesIn(this.#folder)) {
      for (const name of await namesIn(join(this.#folder, folder))) {
        if (isBlockId(name)) yield name
        else if (LEFTOVER.test(name) && !this.#temporary.has(name)) await rm(join(this.#folder, folder, name), { force: true })
      }
    }
  }

  /** Null: not there. */
  async statOf(id: BlockId): Promise<{ readonly bytes: number; readonly changedMs: number } | null> {
    const stats = await stat(this.#pathOf(id)).catch(() => null)
    return stats === null ? null : { bytes: stats.size, changedMs: stats.mtimeMs }
  }

  async #writeNew(id: BlockId, path: string, bytes: Uint8Array): Promise<void> {
    const folder = folderOf(id)
    if (!this.#made.has(folder)) await mkdir(join(this.#folder, folder), { recursive: true, mode: 0o700 })
    this.#made.add(folder)
    try {
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if (!isMissing(error)) throw error
      // Somebody removed the folder while this ran.
      await mkdir(join(this.#folder, folder), { recursive: true, mode: 0o700 })
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
    }
  }

  #pathOf(id: BlockId): string {
    return join(this.#folder, folderOf(id), id)
  }
}

function folderOf(id: BlockId): string {
  return id.slice(-2)
}

async function syncPath(path: string, flags: 'r' | 'r+'): Promise<'synced' | 'missing'> {
  const file = await open(path, flags).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (file === null) return 'missing'
  try {
    await file.sync()
    return 'synced'
  } finally {
    await file.close()
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error) || hasCode(error, 'ENOTDIR')) return []
    throw error
  })
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT')
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}
