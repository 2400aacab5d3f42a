import { z } from 'zod'
import { AccountId, PeerId, TimeMs } from '../ids.ts'
import { LookupStep } from './names.ts'

/** A point of the space in which Kademlia measures: SHA-256, 64 hexadecimal digits. */
export const Place = z.string().regex(/^[0-9a-f]{64}$/, 'not a place')
export type Place = z.infer<typeof Place>

/** A device in the routing table. */
export const RoutedPeer = z.object({
  peerId: PeerId,
  /** Proven by hello; null until then. */
  account: AccountId.nullable(),
  place: Place,
  /** How many bits from the front its place has in common with this device's: 0 for half of all, more for those nearby. */
  depth: z.int().min(0).max(256),
  connected: z.boolean(),
  rttMs: z.number().nullable(),
})
export type RoutedPeer = z.infer<typeof RoutedPeer>

/** Somebody whom a look-up asked. */
export const AskedPeer = RoutedPeer.pick({ peerId: true, place: true, depth: true }).extend({
  /** How many had to be asked before to hear of it. */
  hops: z.int().nonnegative(),
  outcome: LookupStep.shape.outcome,
  tookMs: z.number().nonnegative().nullable(),
})
export type AskedPeer = z.infer<typeof AskedPeer>

/** The way of a look-up through the network, in the order in which they were asked. */
export const Walk = z.object({
  fullName: z.string(),
  /** Where the zone lies. */
  place: Place,
  depth: z.int().min(0).max(256),
  atMs: TimeMs,
  tookMs: z.number().nonnegative(),
  outcome: z.enum(['found', 'no-zone', 'nobody', 'catching-up', 'refused', 'unreachable']),
  asked: z.array(AskedPeer),
})
export type Walk = z.infer<typeof Walk>

/** Whom this device knows in the DHT, by distance. */
export const Routing = z.object({
  /** `server`: others ask this device too. `client`: it asks, as nobody could reach it. `off`: the DHT was not joined. */
  mode: z.enum(['server', 'client', 'off']),
  why: z.string(),
  place: Place,
  peers: z.array(RoutedPeer),
  /** Records of others that this device holds in the DHT: zones, and lists of devices. */
  held: z.object({ zones: z.int().nonnegative(), deviceLists: z.int().nonnegative() }),
  last: Walk.nullable(),
})
export type Routing = z.infer<typeof Routing>
