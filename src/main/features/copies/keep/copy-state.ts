import type { Copy } from '../../../../shared/model/copies.ts'
import type { SiteCid } from '../../../../shared/model/sites.ts'
import type { CopyRow } from '../store/copy-rows.ts'

/** How far the fetching of a copy is, beside what is written down. */
export interface Progress {
  readonly doneFiles: number
  readonly doneBytes: number
  readonly bytesPerSecond: number
  readonly sources: number
}

/** A copy as it is shown. */
export function shown(row: CopyRow, progress: Progress | null, latest: SiteCid | null): Copy {
  const { site, owner, here, next, keptMs, isServed, servedBytes } = row
  const of = next ?? here
  if (of === null) throw new Error('a copy of nothing')
  const { cid, files, bytes } = of
  const state = ((): Copy['state'] => {
    if (next === null) return { kind: 'whole' }
    if (next.state !== 'fetching') return { kind: 'stopped', why: next.why, doneBytes: next.doneBytes }
    const none = { doneFiles: 0, doneBytes: next.doneBytes, bytesPerSecond: 0, sources: 0 }
    return { kind: 'fetching', ...(progress ?? none) }
  })()
  return { site, owner, cid, files, bytes, state, keptMs, latest, isServed, servedBytes }
}
