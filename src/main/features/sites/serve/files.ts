import { constants, type Stats } from 'node:fs'
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** What lies at a path of a folder. `refused` is answered as `missing` is: it tells nobody what there is. */
export type Found =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly why: string }

const missing: Found = { kind: 'missing' }

/** Names that mean something else on Windows: streams of a file, devices, and names with dots or spaces that it drops. */
const ODD_ON_WINDOWS = /[:*?"<>|]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** Whether the names themselves may be asked for. Null: they may. */
export function refusedName(segments: readonly string[], platform: NodeJS.Platform): string | null {
  if (segments.some((segment) => segment.startsWith('.'))) return 'a name that begins with a dot'
  if (platform === 'win32' && segments.some((segment) => ODD_ON_WINDOWS.test(segment))) return 'a name that is no name on Windows'
  return null
}

/**
 * Looks for `segments` under `root`. Where the way there leads through links, what counts is where it ends: within the
 * folder, and at nothing that may not be asked for by its own name. A name in other letters than the file has (as some
 * systems would take it) is another name.
 */
export async function locate(root: string, segments: readonly string[], platform: NodeJS.Platform): Promise<Found> {
  const why = refusedName(segments, platform)
  if (why !== null) return { kind: 'refused', why }
  try {
    const base = await realpath(root)
    const path = await realpath(join(base, ...segments))
    const prefix = base.endsWith(sep) ? base : base + sep
    if (path !== base && !path.startsWith(prefix)) return { kind: 'refused', why: 'a link out of the folder' }
    const real = path === base ? [] : path.slice(prefix.length).split(sep)
    const wanted = segments.join(sep).normalize('NFC')
    const is = real.join(sep).normalize('NFC')
    if (is !== wanted && is.toLowerCase() === wanted.toLowerCase()) return missing
    const whyNot = refusedName(real, platform)
    if (whyNot !== null) return { kind: 'refused', why: `a link to ${whyNot}` }
    const stats = await lstat(path)
    if (stats.isDirectory()) return { kind: 'folder' }
    // A pipe or a device would hold whoever opens it.
    return stats.isFile() ? { kind: 'file', path } : { kind: 'refused', why: 'neither a file nor a folder' }
  } catch (error) {
    if (isNotThere(error)) return missing
    if (isNotReadable(error)) return { kind: 'refused', why: 'not readable for Latch' }
    throw error
  }
}

/** Opens what `locate` found; null when it is not there any more. It is a file still, and no link was put in its place. */
export async function openFound(path: string): Promise<{ handle: FileHandle; stats: Stats } | null> {
  // Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let handle: FileHandle
  try {
    handle = await open(path, flags)
  } catch (error) {
    if (isNotThere(error) || isNotReadable(error)) return null
    throw error
  }
  try {
    const stats = await handle.stat()
    if (stats.isFile()) return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return null
}

function isNotThere(error: unknown): boolean {
  return hasCode(error, ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL'])
}

function isNotReadable(error: unknown): boolean {
  return hasCode(error, ['EACCES', 'EPERM', 'ELOOP'])
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
