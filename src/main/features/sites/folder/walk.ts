import { constants, type Dirent, type Stats } from 'node:fs'
import { access, lstat, opendir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { LOOKED_AT_ONCE } from '../limits.ts'
import { locate, refusedName } from '../serve/files.ts'
import { isAskable } from '../../../platform/http-target.ts'

/** What there is in a folder, as visitors see it. Paths are from the folder on, with `/` between their parts. */
export type Walked =
  | { readonly kind: 'file'; readonly path: string; readonly realPath: string; readonly bytes: number; readonly modifiedMs: number }
  /** Before what it holds; the first is the site's own, at an empty path. `id`: another one where it was made anew at the same place. */
  | { readonly kind: 'folder'; readonly path: string; readonly realPath: string; readonly id: string }
  | { readonly kind: 'hidden'; readonly path: string; readonly why: string }
  /** There is more, and it was not looked at. */
  | { readonly kind: 'more' }

export interface WalkParts {
  readonly root: string
  readonly platform: NodeJS.Platform
  /** Names that are looked at before it stops. */
  readonly most: number
}

interface Folder {
  readonly segments: readonly string[]
  readonly realPath: string
  readonly id: string
  /** Where the folders that it lies in really are. */
  readonly above: readonly string[]
}

/**
 * All that a visitor can ask for by name, and what is kept from them, in the order of names. A link counts as what it
 * leads to, as for visitors; one to a folder that it lies in would never end. Errors: the system's, where the folder itself
 * cannot be read; the signal's reason.
 */
export async function* walk({ root, platform, most }: WalkParts, signal?: AbortSignal): AsyncGenerator<Walked> {
  const base = await realpath(root)
  const line: Folder[] = [{ segments: [], realPath: base, id: idOf(await lstat(base)), above: [] }]
  let left = most
  for (let folder = line.pop(); folder !== undefined; folder = line.pop()) {
    // Everything else has its turn between two folders.
    await setImmediate()
    signal?.throwIfAborted()
    const names = await namesIn(folder, left, signal)
    if (names === null) {
      if (folder.segments.length === 0) throw new Error('the folder cannot be read')
      yield { kind: 'hidden', path: folder.segments.join('/'), why: 'not readable for Latch' }
      continue
    }
    yield { kind: 'folder', path: folder.segments.join('/'), realPath: folder.realPath, id: folder.id }
    const below: Folder[] = []
    for (let i = 0; i < names.length; i += LOOKED_AT_ONCE) {
      signal?.throwIfAborted()
      const { segments, realPath, above } = folder
      const seen = await Promise.all(names.slice(i, i + LOOKED_AT_ONCE).map((entry) => judge({ base, platform }, folder, entry)))
      for (const one of seen) {
        if (one === null) continue
        if (left-- === 0) return yield { kind: 'more' }
        if (one.kind !== 'folder') yield one
        else if ([...above, realPath].includes(one.realPath)) yield { kind: 'hidden', path: one.path, why: 'a link to a folder that it lies in' }
        else below.push({ segments: [...segments, one.path.split('/').at(-1) ?? ''], realPath: one.realPath, id: one.id, above: [...above, realPath] })
      }
    }
    line.push(...below.toReversed())
  }
}

/** At most one more than are of use; null: it cannot be read. */
async function namesIn({ realPath }: Folder, most: number, signal: AbortSignal | undefined): Promise<Dirent[] | null> {
  const found: Dirent[] = []
  try {
    for await (const entry of await opendir(realPath, { bufferSize: 256 })) {
      signal?.throwIfAborted()
      if (found.push(entry) > most) break
    }
  } catch (error) {
    if (signal?.aborted === true) throw error
    return null
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Null: it went away meanwhile. */
async function judge(
  { base, platform }: { base: string; platform: NodeJS.Platform },
  { segments: above, realPath }: Folder,
  entry: Dirent,
): Promise<Exclude<Walked, { kind: 'more' }> | null> {
  const segments = [...above, entry.name]
  const path = segments.join('/')
  const why = isAskable(entry.name) ? refusedName([entry.name], platform) : 'a name with a character that addresses do not have'
  if (why !== null) return { kind: 'hidden', path, why }
  let real = join(realPath, entry.name)
  try {
    if (entry.isSymbolicLink()) {
      const found = await locate(base, segments, platform)
      if (found.kind === 'missing') return { kind: 'hidden', path, why: 'a link to nothing' }
      if (found.kind === 'refused') return { kind: 'hidden', path, why: found.why }
      real = await realpath(real)
    }
    const stats = await lstat(real)
    if (stats.isDirectory()) return { kind: 'folder', path, realPath: real, id: idOf(stats) }
    if (!stats.isFile()) return { kind: 'hidden', path, why: 'neither a file nor a folder' }
    await access(real, constants.R_OK)
    return { kind: 'file', path, realPath: real, bytes: stats.size, modifiedMs: stats.mtimeMs }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    return code === 'ENOENT' ? null : { kind: 'hidden', path, why: 'not readable for Latch' }
  }
}

function idOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev} ${ino} ${birthtimeMs}`
}
