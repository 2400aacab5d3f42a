import { chmod, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { LatchError } from '../../../../shared/errors.ts'
import { MAX_SAME_NAMES } from '../limits.ts'
import { numbered } from './file-name.ts'

/** Everybody of this machine may read it, as files are; nobody runs it. */
const FILE_MODE = 0o644
/** Until it is whole it is nobody else's. */
const PART_MODE = 0o600

export interface Writing {
  readonly folder: string
  /** As `fileName` gives it. */
  readonly name: string
  readonly body: Readable
  readonly signal: AbortSignal
  readonly onBytes: (bytes: number) => void
  /** All of it lies there, and nobody has its name yet. */
  readonly whole: (path: string) => Promise<void>
}

export const partPath = (folder: string, id: string): string => join(folder, `.latch-${id}.part`)

/**
 * Writes a file as it comes, as fast as the disk takes it, beside where it will lie, and gives it its name when it is whole: one
 * that nothing has. Resolves to its path. What is not whole is removed. Errors: of the body, of the disk, the signal's reason.
 */
export async function writeDownload(part: string, { folder, name, body, signal, onBytes, whole }: Writing): Promise<string> {
  try {
    await mkdir(folder, { recursive: true })
    // Only one that is not there, and no link in its place.
    const file = await open(part, 'wx', PART_MODE)
    const counting = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        onBytes(chunk.byteLength)
        done(null, chunk)
      },
    })
    await pipeline(body, counting, file.createWriteStream({ flush: true }), { signal })
    await chmod(part, FILE_MODE)
    await whole(part)
    signal.throwIfAborted()
    return await placed(part, folder, name)
  } catch (error) {
    body.destroy()
    await rm(part, { force: true })
    throw error
  }
}

async function placed(part: string, folder: string, name: string): Promise<string> {
  for (let n = 1; n <= MAX_SAME_NAMES; n++) {
    const path = join(folder, numbered(name, n))
    if (await linked(part, path)) {
      await rm(part, { force: true })
      return path
    }
  }
  throw new LatchError('CONFLICT', `There are ${MAX_SAME_NAMES.toLocaleString('en')} files of that name already.`)
}

/** False: there is something of that name. A link is made of nothing that is there; where a disk has none, an empty file keeps the place. */
async function linked(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error
  }
  try {
    await (await open(path, 'wx', FILE_MODE)).close()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  await rename(part, path)
  return true
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
