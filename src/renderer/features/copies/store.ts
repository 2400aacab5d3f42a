import type { CopiesEvent, CopiesSnapshot } from '../../../shared/contract/copies.ts'
import type { Copy } from '../../../shared/model/copies.ts'
import type { SiteName } from '../../../shared/model/sites.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applyCopiesEvent, noCopies, resetCopies, type CopiesState } from './state.ts'

/** Sites that are kept on this device. */
export const copiesStore = createFedStore<CopiesState, CopiesSnapshot, CopiesEvent>({
  initial: noCopies,
  reset: resetCopies,
  apply: applyCopiesEvent,
})

/** The copy of a site, if one is kept or on its way. */
export function useCopyOf(site: SiteName | null): Copy | null {
  return copiesStore.use(({ state }) => (site === null ? null : (state.copies.get(site) ?? null)))
}
