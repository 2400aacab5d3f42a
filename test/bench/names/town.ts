import { distanceOf, nearest, type Place } from '../../../src/main/features/names/near.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { some } from './random.ts'

/*
 * A network of thousands, as numbers: who is where in Kademlia's space, whom each knows, who holds a name, who is honest.
 * Pure: the same random numbers make the same town.
 */

/** Kademlia's k: of each bucket so many, and so many hold a name. */
const K = 20
/** Of those a node knows, so many it is connected with: what one of ours keeps beside what it talks to. */
const CONNECTED = 30
const PLACE_BYTES = 32

/** `silent`: it never answers. `liar`: a forged zone, every other time; else others of its kind, as near as there are. */
export type Character = 'honest' | 'silent' | 'liar'

export interface Citizen {
  readonly peerId: PeerId
  readonly place: Place
  readonly character: Character
  /** Its routing table: of each bucket up to k. */
  known: readonly Citizen[]
  connected: ReadonlySet<Citizen>
}

export interface Town {
  readonly citizens: readonly Citizen[]
  readonly liars: readonly Citizen[]
}

/** `badShare` of them are not honest: half of these are silent, half lie. */
export function buildTown(count: number, badShare: number, random: () => number): Town {
  const citizens = Array.from({ length: count }, (_, index): Citizen => {
    const isBad = random() < badShare
    const character = isBad ? (random() < 0.5 ? 'silent' : 'liar') : 'honest'
    return { peerId: `peer-${index}` as PeerId, place: placeAt(random), character, known: [], connected: new Set() }
  })
  for (const one of citizens) {
    one.known = tableOf(one, citizens, random)
    one.connected = new Set(some(one.known, CONNECTED, random))
  }
  return { citizens, liars: citizens.filter(({ character }) => character === 'liar') }
}

export function placeAt(random: () => number): Place {
  return Uint8Array.from({ length: PLACE_BYTES }, () => Math.floor(random() * 256))
}

/** Those nearest to it, whoever they are: the owner cannot tell. */
export function holdersOf(target: Place, { citizens }: Town): ReadonlySet<Citizen> {
  return new Set(nearest(target, citizens, ({ place }) => place, K))
}

/** Of all whose distance begins with the same number of zero bits, up to k, whichever came first. */
function tableOf(of: Citizen, citizens: readonly Citizen[], random: () => number): Citizen[] {
  const buckets = Map.groupBy(
    citizens.filter((one) => one !== of),
    ({ place }) => sharedBits(of.place, place),
  )
  return [...buckets.values()].flatMap((bucket) => some(bucket, K, random))
}

export function sharedBits(a: Place, b: Place): number {
  const distance = distanceOf(a, b)
  const at = distance.findIndex((byte) => byte !== 0)
  return at === -1 ? distance.byteLength * 8 : at * 8 + Math.clz32(distance[at] ?? 0) - 24
}
