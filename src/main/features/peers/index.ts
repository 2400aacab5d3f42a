/*
 * Peers: devices seen from the network. Finds them (local network, address, invitation, whoever connects), dials them,
 * keeps the connections that a contact needs, and says how this device can be reached. Knows nothing of libp2p: the
 * network is an argument (`Network` in types.ts), which node/ makes.
 *
 *   peers.ts         the feature: what a person may ask     arrivals.ts    what the network tells
 *   roster.ts        every peer as the window shows it      peer-book.ts   what is remembered, bounded, in the database
 *   dialler.ts       makes connections                      keeper.ts      makes them again; schedule.ts says when
 *   race.ts          the first address that answers         candidates.ts  which are tried, in which order
 *   sources.ts       where addresses come from              fuel.ts        what circuits may still carry
 *   invitation.ts    the link that lets one person in       invitations.ts made, taken back, read, accepted
 *   reachability.ts  the lamp                               surroundings.ts a sleep, another network
 */
import type { PeersParts } from './parts.ts'
import { Peers } from './peers.ts'
import type { PeersFeature } from './types.ts'

export type { Inviter, ReadDeviceList } from './invitation.ts'
export type { PeersParts } from './parts.ts'
export type { Network, NetworkEvent, PeersEvent, PeersFeature } from './types.ts'

/** The peers feature. Nothing is dialled before `start`; after `stop` nothing is dialled any more. */
export function createPeers(parts: PeersParts): PeersFeature {
  return new Peers(parts)
}
