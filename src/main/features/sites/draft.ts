import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, sep } from 'node:path'
import { LatchError } from '../../../shared/errors.ts'
import type { SiteDraft, SiteSource } from '../../../shared/model/sites.ts'
import type { StoredSite } from './store.ts'
import type { SitesParts } from './types.ts'

/** Errors: LatchError BAD_INPUT. */
export function checkCopies({ source, audience, copies }: SiteDraft): void {
  if (!copies) return
  if (source.kind !== 'folder') throw new LatchError('BAD_INPUT', 'Copies can be kept of a folder, and not of a program that answers each time anew.')
  if (audience !== 'anyone') {
    throw new LatchError('BAD_INPUT', 'Copies are only for a site that anyone may visit: whoever keeps one decides by themselves who sees it.')
  }
}

/** The copy that was made of the same folder goes on being named until there is a newer one. */
export function keptOf(before: { readonly stored: StoredSite } | undefined, { source }: SiteDraft): StoredSite['copy'] {
  const was = before?.stored.source
  return was?.kind === 'folder' && source.kind === 'folder' && was.path === source.path ? (before?.stored.copy ?? null) : null
}

/** Errors: LatchError BAD_INPUT. */
export async function checkSource(source: SiteSource, { ownFolder, ownPorts }: Pick<SitesParts, 'ownFolder' | 'ownPorts'>): Promise<void> {
  if (source.kind === 'port') {
    if (ownPorts().includes(source.port)) throw new LatchError('BAD_INPUT', 'Latch itself listens at this port; nobody is to visit it there.')
    return
  }
  if (!isAbsolute(source.path)) throw new LatchError('BAD_INPUT', 'The folder of a site is given from the root of the disk on.')
  const stats = await stat(source.path).catch(() => null)
  if (stats === null) throw new LatchError('BAD_INPUT', 'This folder is not there, or Latch may not read it.')
  if (!stats.isDirectory()) throw new LatchError('BAD_INPUT', 'This is a file; choose the folder that it lies in.')
  const [root, own] = await Promise.all([realpath(source.path), realpath(ownFolder).catch(() => null)])
  if (own !== null && (own === root || own.startsWith(root.endsWith(sep) ? root : root + sep))) {
    throw new LatchError('BAD_INPUT', 'Latch keeps its own keys and letters in this folder: choose, or make, one that holds the site and nothing else.')
  }
}
