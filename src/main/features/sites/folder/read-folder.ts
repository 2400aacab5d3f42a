import { createHash } from 'node:crypto'
import { LatchError } from '../../../../shared/errors.ts'
import { CutBodyError, exactly } from '../bodies.ts'
import { FILE_BUFFER_BYTES, MAX_COPIED_FILES } from '../limits.ts'
import { openFound } from '../serve/files.ts'
import type { SiteFile } from '../types.ts'
import { walk, type Walked } from './walk.ts'

/** Where a folder really is. `id`: another one where it was made anew at the same place. */
export interface FolderThere {
  readonly realPath: string
  readonly id: string
}

/** All files of a folder that visitors see, by name, size and time: what of it a copy is made of. */
export interface FolderRead {
  readonly files: readonly SiteFile[]
  /** Its folders, its own first. */
  readonly folders: readonly FolderThere[]
  readonly bytes: number
  /** Of names, sizes and times: another one where anything that visitors see was changed. */
  readonly mark: string
}

/** Errors: LatchError TOO_LARGE, BAD_INPUT (it cannot be read); the signal's reason. */
export async function readFolder(
  root: string,
  { platform, most = MAX_COPIED_FILES }: { readonly platform: NodeJS.Platform; readonly most?: number },
  signal?: AbortSignal,
): Promise<FolderRead> {
  const files: SiteFile[] = []
  const folders: FolderThere[] = []
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const seen of walk({ root, platform, most }, signal)) {
      if (seen.kind === 'more') throw new LatchError('TOO_LARGE', `Copies are made of at most ${most.toLocaleString('en')} files; this folder has more.`)
      if (seen.kind === 'folder') folders.push(seen)
      if (seen.kind !== 'file') continue
      files.push(fileOf(seen))
      bytes += seen.bytes
      hash.update(`${seen.path}\0${seen.bytes}\0${seen.modifiedMs}\n`)
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof LatchError) throw error
    throw new LatchError('BAD_INPUT', 'The folder of this site is not there, or Latch may not read it.', { cause: error })
  }
  return { files, folders, bytes, mark: hash.digest('base64url') }
}

function fileOf({ path, realPath, bytes }: Extract<Walked, { kind: 'file' }>): SiteFile {
  return {
    path,
    bytes,
    async *read() {
      const file = await openFound(realPath)
      if (file === null) throw changed(path)
      try {
        if (bytes === 0) return
        yield* exactly(bytes)(file.handle.createReadStream({ end: bytes - 1, highWaterMark: FILE_BUFFER_BYTES, autoClose: false }))
      } catch (error) {
        throw error instanceof CutBodyError ? changed(path, error) : error
      } finally {
        await file.handle.close()
      }
    },
  }
}

function changed(path: string, cause?: Error): LatchError {
  return new LatchError('DAMAGED', `The file ${path} changed while it was read; make the copy again.`, { cause })
}
