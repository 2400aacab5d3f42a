/*
 * Names: the ledger says who owns one, the zone that its owner signs says where it points. docs/wire/zone.md, dns.md.
 *
 *   zone, judge, near, zone-store     what a zone is, when it holds, where it lies, and the disk
 *   holder, lines, publisher          those of others, over /latch/names/1.0.0; one's own
 *   read-name, resolver, cache        from what a person typed to an answer
 *   claims, reminders                 getting a name, and keeping it
 *   dns/                              answers for programs
 *   feature, live/                    all of it at work, for the network that is followed
 */
export { ResourceMap, type Cached, type CacheBounds } from './cache.ts'
export { DNS_ADDRESS, DNS_PORT, type DnsServer, type ResponderParts, serveDns } from './dns/index.ts'
export { createNames } from './feature.ts'
export { Holder, type HolderParts, type HoldingView } from './holder.ts'
export {
  judgeOpened,
  judgeStore,
  judgeZone,
  newer,
  newest,
  type Facts,
  type Refusal,
  type RefusedZone,
  type StoreVerdict,
  type ZoneVerdict,
} from './judge.ts'
export { Lines, type LinesParts } from './lines.ts'
export { dhtKeyOf, distanceOf, nearest, placeOfPeer, placeOfZone, zoneKey, type Place, type ZoneKey } from './near.ts'
export { Publisher, type PublisherParts } from './publisher.ts'
export { inOneSentence, type NameRead, type NameRules, readName, type ReadName } from './read-name.ts'
export { resolve } from './resolver.ts'
export { askOverLines, type SourceParts } from './resolver-source.ts'
export type {
  Answer,
  CloserPeer,
  FarZone,
  KnownPeer,
  LedgerView,
  ResolveOptions,
  ResolverParts,
  Sources,
} from './resolver-types.ts'
export { type RunningStep, Trace } from './trace.ts'
export {
  checkZone,
  nextZone,
  openZone,
  signZone,
  ZONE,
  type BuiltZone,
  type CheckedZone,
  type OpenedZone,
  type SignedZone,
  type Stamp,
  type StampedZone,
  type WrongZone,
  type ZoneDraft,
} from './zone.ts'
export { ZoneStore, type Held, type HeldBounds, type HeldZone, type OwnZone } from './zone-store.ts'
