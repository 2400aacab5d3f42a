import type { ExitEvent, ExitSnapshot } from '../../../shared/contract/exit.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applyExitEvent, noExits, resetExits, type ExitState } from './state.ts'

/** Ways out to the outside web: through contacts, and of contacts through this device. */
export const exitStore = createFedStore<ExitState, ExitSnapshot, ExitEvent>({
  initial: noExits,
  reset: resetExits,
  apply: applyExitEvent,
})
