/*
 * The devices of one account: which there are, how a new one is linked (docs/wire/link.md), how one is given up, and what they
 * tell each other that is not in a conversation.
 */
export { createDevices } from './devices.ts'
export { createJoining } from './joining.ts'
export { createSynced, type Synced, type SyncedParts, type SyncedPiece } from './synced.ts'
export type { Carried, DevicesFeature, DevicesParts, JoiningFeature, JoiningParts, LinkNode, ListedDevice, OwnListed } from './types.ts'
