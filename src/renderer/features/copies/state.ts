import type { CopiesEvent, CopiesSnapshot } from '../../../shared/contract/copies.ts'
import type { Copy } from '../../../shared/model/copies.ts'
import type { SiteName } from '../../../shared/model/sites.ts'

export interface CopiesState {
  copies: ReadonlyMap<SiteName, Copy>
  /** All of it on the disk; parts that several have count once. */
  diskBytes: number
}

export const noCopies: CopiesState = { copies: new Map(), diskBytes: 0 }

export function resetCopies(_: CopiesState, { copies, diskBytes }: CopiesSnapshot): CopiesState {
  return { copies: new Map(copies.map((copy) => [copy.site, copy])), diskBytes }
}

export function applyCopiesEvent(state: CopiesState, event: CopiesEvent): CopiesState {
  switch (event.event) {
    case 'copy-changed':
      return { ...state, copies: new Map(state.copies).set(event.copy.site, event.copy) }
    case 'copy-gone': {
      const copies = new Map(state.copies)
      copies.delete(event.site)
      return { ...state, copies }
    }
    case 'disk-changed':
      return { ...state, diskBytes: event.diskBytes }
  }
}

const order = new Intl.Collator('en', { numeric: true })

/** In the order of the alphabet, 2 before 10, so that none moves while another is fetched. */
export function bySite(copies: Iterable<Copy>): Copy[] {
  return [...copies].toSorted((a, b) => order.compare(a.site, b.site))
}

/** How the version that is kept stands to the one that the zone names now. */
export type Version = 'same' | 'newer' | 'unknown'

export function versionOf({ cid, latest }: Copy): Version {
  if (latest === null) return 'unknown'
  return latest === cid ? 'same' : 'newer'
}

/** The share of it that is here, in [0, 1]. */
export function shareHere({ bytes, state }: Copy): number {
  if (state.kind === 'whole') return 1
  return bytes === 0 ? 0 : Math.min(1, state.doneBytes / bytes)
}

/** How long the rest takes at the pace of now; null where nothing comes. Units: ms. */
export function msLeft({ bytes, state }: Copy): number | null {
  if (state.kind !== 'fetching' || state.bytesPerSecond <= 0) return null
  return (Math.max(0, bytes - state.doneBytes) / state.bytesPerSecond) * 1_000
}
