/*
 * Whether there is a newer Latch: a small manifest, signed with a key that this build pins, is read from the web or from a
 * site of the network, when a person asks or, once they said so, daily. What a manifest means is decided in pure functions
 * (signature, manifest, judge), in that order. Nothing is installed, and nothing fetched that nobody asked for.
 */
export { createUpdates } from './feature.ts'
export { httpsOpener } from './reading.ts'
export { pinnedTrust, type ReleaseTrust } from './release-keys.ts'
export type { UpdatesFeature, UpdatesParts } from './types.ts'
