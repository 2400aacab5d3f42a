import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'

/** What lies at a path of a folder. `refused` is answered as `missing` is: it tells nobody what there is. */
export type Found =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly why: string }

const missing: Found = { kind: 'missing' }

/** Names that mean something else on Windows: streams of a file, devices, and names with dots or spaces that it drops. */
const ODD_ON_WINDOWS = /[:*?"<>|]|[. ]$|^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d\u00b9\u00b2\u00b3]) *(?:\.|$)/i

/** What is asked of the disk about names. */
export interface Disk {
  readonly lstat: (path: string) => Promise<Stats>
  readonly readdir: (path: string) => Promise<string[]>
  readonly realpath: (path: string) => Promise<string>
}

/** A file that is written anew again and again, just while it is opened, is given up. */
const MOST_TRIES = 3

const thisDisk: Disk = { lstat, readdir, realpath }

/** Whether the names themselves may be asked for. Null: they may. */
export function refusedName(segments: readonly string[], platform: NodeJS.Platform): string | null {
  if (segments.some((segment) => segment.startsWith('.'))) return 'a name that begins with a dot'
  if (platform === 'win32' && segments.some((segment) => ODD_ON_WINDOWS.test(segment))) return 'a name that is no name on Windows'
  return null
}

/**
 * Looks for `segments` under `root`. Where the way there leads through links, what counts is where it ends: within the
 * folder, and at nothing that may not be asked for by its own name. A name in other letters than the file has (as some
 * systems would take it) is another name: the door was asked about what was said.
 */
export async function locate(root: string, segments: readonly string[], platform: NodeJS.Platform, disk = thisDisk): Promise<Found> {
  const why = refusedName(segments, platform)
  if (why !== null) return { kind: 'refused', why }
  try {
    // Both in one turn of the disk. A folder that is swapped in between does not hold what was found, and it is refused.
    const [base, path] = await Promise.all([disk.realpath(root), disk.realpath(join(root, ...segments))])
    const prefix = base.endsWith(sep) ? base : base + sep
    if (path !== base && !path.startsWith(prefix)) return { kind: 'refused', why: 'a link out of the folder' }
    const real = path === base ? [] : path.slice(prefix.length).split(sep)
    const isAsSaid = isSame(real.join(sep), segments.join(sep)) || (await isSpelledSo(base, segments, platform, disk))
    if (!isAsSaid) return missing
    const whyNot = refusedName(real, platform)
    if (whyNot !== null) return { kind: 'refused', why: `a link to ${whyNot}` }
    const stats = await disk.lstat(path)
    if (stats.isDirectory()) return { kind: 'folder' }
    // A pipe or a device would hold whoever opens it.
    return stats.isFile() ? { kind: 'file', path } : { kind: 'refused', why: 'neither a file nor a folder' }
  } catch (error) {
    if (isNotThere(error)) return missing
    if (isNotReadable(error)) return { kind: 'refused', why: 'not readable for Latch' }
    throw error
  }
}

/** Whether each name is written as the disk has it. A link has a name of its own, wherever it leads. */
async function isSpelledSo(base: string, segments: readonly string[], platform: NodeJS.Platform, disk: Disk): Promise<boolean> {
  let at = base
  for (const segment of segments) {
    const here = join(at, segment)
    const isLink = (await disk.lstat(here)).isSymbolicLink()
    const real = await disk.realpath(here)
    if (!isLink && !isSame(basename(real), segment)) return false
    // What a link is called only its folder says, and is looked for only where there may be a difference.
    if (isLink && platform !== 'linux' && !(await disk.readdir(at)).some((name) => isSame(name, segment))) return false
    at = real
  }
  return true
}

/** macOS takes a letter and its accent for the letter with it; what the door reads of a path is never told apart by that. */
function isSame(one: string, other: string): boolean {
  return one === other || one.normalize('NFC') === other.normalize('NFC')
}

/** Opens what `locate` found; null when it is not there any more. It is a file still, and no link was put on the way to it. */
export async function openFound(path: string): Promise<{ handle: FileHandle; stats: Stats } | null> {
  // Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    let handle: FileHandle
    try {
      handle = await open(path, flags)
    } catch (error) {
      if (isNotThere(error) || isNotReadable(error)) return null
      throw error
    }
    try {
      const [stats, place] = await Promise.all([handle.stat(), placeOf(handle, path)])
      if (stats.isFile() && place === path) return { handle, stats }
      await handle.close()
      // Another file took its place just now, as whoever saves one has it.
      if (place !== `${path} (deleted)`) return null
    } catch (error) {
      await handle.close()
      throw error
    }
  }
  return null
}

/** Where an opened file lies: Linux says it of the file itself, elsewhere its path is asked once more. */
async function placeOf({ fd }: FileHandle, path: string): Promise<string | null> {
  return readlink(`/proc/self/fd/${fd}`).catch(() => realpath(path).catch(() => null))
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
