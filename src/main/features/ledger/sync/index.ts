/*
 * How a chain is brought up to the best that its peers show, and given to those who ask.
 *
 *   sync         who is there, whom to follow next, and what is said of it      roll, peers
 *   follow       one peer's chain: headers, then bodies, and again              locator, headers, bodies, body-plan
 *   pools        entries that wait elsewhere
 *   serve        the other side of all that
 */
export { LIMITS as SYNC_LIMITS, type SyncLimits } from './limits.ts'
export { headOf, serveLedger, type ServingParts } from './serve.ts'
export { createSync, type SyncParts } from './sync.ts'
