import { KiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** Wrong proofs before a code counts no more: two slips with an older code, and one more. */
export const MAX_WRONG_TRIES = 3

/** A code is shown on one screen and read in the same room. */
export const CODE_LASTS_MS = 10 * MINUTE

/** Of what goes over beside the keys, one kind of it: 2,000 contacts, or rules, at some 400 bytes each. */
export const MAX_CARRIED_BYTES = 1_024 * KiB

/** Kinds of it: contacts, rules, settings, networks… and room for those to come. */
export const MAX_CARRIED = 32

/** How often the time when a device was last here is written while it stays. */
export const SEEN_EVERY_MS = MINUTE

/** What is said to other devices in one go, before others get a turn: some 2 ms each. */
export const SAID_AT_ONCE = 16

/** How often it is looked at what devices that are here lack: for somebody who waits for one to be brought up to date. */
export const BEHIND_EVERY_MS = 2 * SECOND
