import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import { MAX_FILE_BYTES } from '../../../shared/model/files.ts'
import { MAX_DEPTH, MAX_FOLDER_FILES, MAX_MANIFEST_BYTES, MAX_PATH_CHARS } from './limits.ts'
import { encodeManifest, type Entry } from './manifest.ts'
import type { Stamp } from './shelf.ts'

/** What lies at a path, ready to be hashed. */
export interface Look {
  /** Without links in it. */
  readonly path: string
  readonly bytes: number
  /** Of a folder: its files, in the order of their paths, and how that is sent. */
  readonly entries: readonly Entry[] | null
  readonly manifest: Uint8Array<ArrayBuffer> | null
  readonly stamps: readonly Stamp[]
}

/**
 * Looks at a file or a folder that a person wants to offer. `forbidden`: Latch's own data folder; `came`: where files go that came,
 * which may lie in it. *Errors*: LatchError NOT_FOUND,
 * NOT_ALLOWED (Latch's own, devices, links that lead out), TOO_LARGE, BAD_INPUT, the signal's reason.
 */
export async function look(said: string, forbidden: string, came: string, signal: AbortSignal): Promise<Look> {
  if (!isAbsolute(said)) throw new LatchError('BAD_INPUT', 'A file is named by its whole path.')
  const path = await realpath(said).catch((cause: unknown) => {
    throw new LatchError('NOT_FOUND', 'There is no such file or folder, or it may not be read.', { cause })
  })
  const own = await realpath(forbidden).catch(() => forbidden)
  const downloads = await realpath(came).catch(() => came)
  const isOwn = isWithin(path, own) && !(isWithin(path, downloads) && isWithin(downloads, own) && downloads !== own)
  if (isOwn) throw new LatchError('NOT_ALLOWED', 'That lies in Latch’s own folder, where your keys are. It is offered to nobody.')
  const found = await stat(path)
  if (found.isDirectory()) return lookAtFolder(path, own, signal)
  if (!found.isFile()) throw new LatchError('NOT_ALLOWED', 'That is no file and no folder.')
  checkBytes(found.size)
  return { path, bytes: found.size, entries: null, manifest: null, stamps: [{ bytes: found.size, changedMs: found.mtimeMs }] }
}

async function lookAtFolder(root: string, own: string, signal: AbortSignal): Promise<Look> {
  const files: { path: string; bytes: number; changedMs: number }[] = []
  const folders: { path: string; depth: number }[] = [{ path: '', depth: 0 }]
  let bytes = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted()
    if (folder.depth >= MAX_DEPTH) throw new LatchError('TOO_LARGE', `That folder is more than ${MAX_DEPTH} folders deep.`)
    const names = await readdir(join(root, folder.path)).catch((cause: unknown) => {
      throw new LatchError('NOT_ALLOWED', `The folder ${folder.path || root} cannot be read.`, { cause })
    })
    for (const name of names) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`
      const kind = await kindOf(root, path, own)
      if (kind === null) continue
      if (kind === 'folder') folders.push({ path, depth: folder.depth + 1 })
      else {
        files.push({ path, ...kind })
        bytes += kind.bytes
      }
      if (files.length > MAX_FOLDER_FILES || folders.length > MAX_FOLDER_FILES) {
        throw new LatchError('TOO_LARGE', `That folder has more than ${MAX_FOLDER_FILES.toLocaleString('en')} files. Pack it into an archive first.`)
      }
    }
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  const entries = files.map(({ path, bytes: length }) => ({ path, bytes: length }))
  const manifest = encodeManifest(entries)
  if (manifest.byteLength > MAX_MANIFEST_BYTES) throw new LatchError('TOO_LARGE', 'The names in that folder are too long. Pack it into an archive first.')
  checkBytes(bytes + manifest.byteLength)
  return { path: root, bytes, entries, manifest, stamps: files.map(({ bytes: length, changedMs }) => ({ bytes: length, changedMs })) }
}

/** Null: nothing that is carried, a link to a folder that is in it in any case. */
async function kindOf(root: string, path: string, own: string): Promise<'folder' | Stamp | null> {
  const whole = join(root, path)
  if (path.length > MAX_PATH_CHARS) throw new LatchError('TOO_LARGE', `A path in that folder is longer than ${MAX_PATH_CHARS} letters.`)
  if (path.includes('\\') || !path.isWellFormed()) throw new LatchError('BAD_INPUT', `The name of ${path} cannot be carried to other systems.`)
  if (whole === own) throw new LatchError('NOT_ALLOWED', 'Latch’s own folder, where your keys are, lies in there. It is offered to nobody.')
  const found = await lstat(whole)
  if (found.isDirectory()) return 'folder'
  if (found.isFile()) return { bytes: found.size, changedMs: found.mtimeMs }
  if (!found.isSymbolicLink()) throw new LatchError('NOT_ALLOWED', `${path} is no file and no folder.`)
  const target = await realpath(whole).catch(() => null)
  if (target === null || !isWithin(target, root)) throw new LatchError('NOT_ALLOWED', `${path} is a link that leads out of the folder.`)
  return null
}

function checkBytes(bytes: number): void {
  if (bytes > MAX_FILE_BYTES) throw new LatchError('TOO_LARGE', 'A file or a folder may have 1 TiB.')
}

export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}
