import type { NamesEvent, NamesSnapshot } from '../../../shared/contract/names.ts'
import type { NameLabel } from '../../../shared/model/ledger.ts'
import type { MyName } from '../../../shared/model/names.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applyNamesEvent, noNames, resetNames, type NamesState } from './state.ts'

export const namesStore = createFedStore<NamesState, NamesSnapshot, NamesEvent>({
  initial: noNames,
  reset: resetNames,
  apply: applyNamesEvent,
})

/** What stands after the dot in this network. */
export function useTld(): string {
  return namesStore.use(({ state }) => state.tld)
}

export function useMyName(name: NameLabel | null): MyName | null {
  return namesStore.use(({ state }) => (name === null ? null : (state.mine.get(name) ?? null)))
}
