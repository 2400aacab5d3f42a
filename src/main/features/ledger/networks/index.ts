/*
 * Networks: which ones this device knows, which one is active, and how they pass from one person to another.
 *
 *   networks.ts       the feature: made, joined, used, called, forgotten
 *   card.ts           latch://validator/…, a device's offer         docs/wire/network.md
 *   network-link.ts   latch://network/…, a genesis and who has it   docs/wire/network.md
 *   draft.ts          the genesis of a new network
 *   store.ts          what is remembered; hints.ts of where one may be found
 */
import type { NetworksFeature } from '../types.ts'
import { Networks, type NetworksParts } from './networks.ts'

export type { NetworksParts } from './networks.ts'

/**
 * The networks of this device. Where none is known yet, its own is made. The ledger is to be started with `active()`;
 * from then on `use` is called for each change.
 */
export function createNetworks(parts: NetworksParts): NetworksFeature {
  return new Networks(parts)
}
