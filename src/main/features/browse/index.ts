/*
 * What a person opens by name: tabs, history, bookmarks, downloads, and what pages may ask for beyond their own site.
 * Pages themselves are shown by the desktop (`ViewHost`); where there is none, by the gateway.
 */
export { createBrowse } from './feature.ts'
export { errorCodeOf, OpenError, OwnerMovedError } from './opening/index.ts'
export type { BrowseFeature, BrowseParts } from './types.ts'
