import { createContext } from 'react'
import type { Connectivity, NatKind } from '../../../shared/model/reach.ts'
import { REACH_TABLE, type ReachPair, type ReachPlace } from '../../../shared/reach-table.ts'

/** The table that this Latch was built with; another one for pictures and tests. */
export const Measured = createContext<readonly ReachPair[]>(REACH_TABLE)

const places: Readonly<Record<NatKind, ReachPlace | null>> = {
  'open': 'public',
  'full-cone': 'full-cone',
  'address-restricted': 'address-restricted',
  'port-restricted': 'port-restricted',
  'symmetric': 'symmetric',
  'udp-blocked': 'udp-blocked',
  'unknown': null,
}

/** Which place of the table this device stands in; null while that is not known. Pure. */
export function placeOf({ nat, upnp }: Pick<Connectivity, 'nat' | 'upnp'>): ReachPlace | null {
  const place = places[nat.kind]
  // A port that the router gave counts for more than what it does with all others.
  return upnp.state === 'mapped' && place !== null && place !== 'public' ? 'upnp' : place
}

/** The pair in either order; null where it was not measured. Pure. */
export function pairOf(table: readonly ReachPair[], a: ReachPlace, b: ReachPlace): ReachPair | null {
  return table.find((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a)) ?? null
}
