/*
 * Names: the ledger says who owns one, the zone that its owner signs says where it points. docs/wire/zone.md.
 */
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
