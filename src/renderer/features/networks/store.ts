import type { NetworksEvent } from '../../../shared/contract/networks.ts'
import type { KnownNetwork } from '../../../shared/model/networks.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

export type Networks = readonly KnownNetwork[]

/** In its place, so that no row moves because of news. One is active: whoever became it takes that from the others. */
export function applyNetworksEvent(networks: Networks, event: NetworksEvent): Networks {
  if (event.event === 'network-forgotten') return networks.filter(({ id }) => id !== event.id)
  const { network } = event
  const others = network.active ? networks.map((known) => ({ ...known, active: false })) : networks
  const isKnown = others.some(({ id }) => id === network.id)
  return isKnown ? others.map((known) => (known.id === network.id ? network : known)) : [...others, network]
}

/** The networks that this device knows, by when it came to know them. */
export const networksStore = createFedStore<Networks, KnownNetwork[], NetworksEvent>({
  initial: [],
  reset: (_, networks) => networks.toSorted((a, b) => a.knownMs - b.knownMs),
  apply: applyNetworksEvent,
})

/** Null while that is not known, or none is. */
export function useActiveNetwork(): KnownNetwork | null {
  return networksStore.use(({ state }) => state.find(({ active }) => active) ?? null)
}
