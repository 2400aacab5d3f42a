import type { LedgerEvent, LedgerSnapshot } from '../../../shared/contract/ledger.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applyLedgerEvent, resetLedger, unknownLedger, type LedgerState } from './state.ts'

/** The ledger of the active network. */
export const ledgerStore = createFedStore<LedgerState, LedgerSnapshot, LedgerEvent>({
  initial: unknownLedger,
  reset: resetLedger,
  apply: applyLedgerEvent,
})
