import type { SitesEvent, SitesSnapshot } from '../../../shared/contract/sites.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applySitesEvent, noSites, resetSites, type SitesState } from './state.ts'

/** Sites of this device, and who visits them now. */
export const sitesStore = createFedStore<SitesState, SitesSnapshot, SitesEvent>({
  initial: noSites,
  reset: resetSites,
  apply: applySitesEvent,
})
