/*
 * Reach: how this device is reached, and how it gets from a relay to the peer itself. Keeps introducers, tells them
 * where it is, asks them where others are; finds out what NAT it is behind; tries to replace every relayed connection
 * by a direct one, and opens the next circuit before the present one is cut. Knows nothing of libp2p: the network is
 * an argument (`ReachNetwork` in types.ts), which node/ makes.
 *
 *   reach.ts        the feature: what a person may ask, what the network tells
 *   introducers.ts  those it knows, and on whose word     records.ts   what they sign         store.ts  on the disk
 *   supervisor.ts   keeps connections to some of them     plan.ts      what to do next, pure  schedule.ts  when
 *   exchanges.ts    what is said to one                   stations.ts  where it stands with each
 *   locate.ts       asks where others are                 outside.ts   NAT, open ports, UPnP
 *   upgrades.ts     away from the relay                   upgrade-plan.ts  what to dial, pure
 *   race.ts         several dials, and who answers first
 *   handover.ts     the next circuit before the cut       fuel.ts      when that is, pure
 *   report.ts       all of it as text, pure
 */
import type { ReachParts } from './parts.ts'
import { Reach } from './reach.ts'
import type { ReachFeature } from './types.ts'

export type { ReachParts } from './parts.ts'
export type { HeldReservation, ReachEvent, ReachFeature, ReachNetwork, ReachNetworkEvent } from './types.ts'

/** The reach feature. Nothing is dialled before `start`; after `stop` nothing is dialled any more. */
export function createReach(parts: ReachParts): ReachFeature {
  return new Reach(parts)
}
