import type { IdentityEvent } from '../../../shared/contract/identity.ts'
import type { Identity, Me } from '../../../shared/model/identity.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

/** Who you are on this device; null until the first snapshot. */
export const identityStore = createFedStore<Identity | null, Identity, IdentityEvent>({
  initial: null,
  reset: (_, identity) => identity,
  apply: (_, { identity }) => identity,
})

export function useMe(): Me | null {
  return identityStore.use(({ state }) => (state?.state === 'ready' ? state.me : null))
}
