import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'
import { ZONE_LASTS_MS } from './limits.ts'

// Own zones, and those held for others, told to those who hold them

/** Kademlia's k: with half of them gone at once, ten are left. */
export const HOLDERS = 20
/** Asked in one go; more refuse or are away than is of use to ask beyond. */
export const MAX_ASKED = 3 * HOLDERS
/** Puts under way at once: what one peer takes of us at once is 64, and each reaches a disk. */
export const PUTS_AT_ONCE = 8
/** For one of them, a dial included: beyond, it counts as away. */
export const PUT_TIMEOUT_MS = 10 * SECOND
/** Whoever took so long and gave no answer holds up all zones that wait behind this one: passed over for a while. */
export const SLOW_MS = 2 * SECOND
export const SLOW_PAUSE_MS = 30 * SECOND
/** Holders come and go. Sooner by up to a tenth, so that not all owners of a network do it together. */
export const REPUBLISH_EVERY_MS = 1 * HOUR
export const REPUBLISH_JITTER = 0.1
/** Somebody came or went: so long after, and up to twice that, as they come and go in flocks. */
export const FLOCK_MS = 1 * SECOND
/** Who did not take it, as it was busy, behind or away: asked again, each time after twice as long. */
export const RETRY_FIRST_MS = 5 * SECOND
export const RETRY_LAST_MS = 10 * MINUTE
/** Who said what does not change soon: another network, no room, a newer one. */
export const RETRY_SETTLED_MS = 1 * HOUR
/** Signed anew in the second half of its time: whoever is away for a week is still found. */
export const SIGN_AHEAD_MS = ZONE_LASTS_MS / 2
/** The ledger is behind, or something that was not foreseen: looked at again. */
export const LOOK_AGAIN_MS = 30 * SECOND
/** Held for others: as 20,000 zones with 20 holders each are 17 a minute for each device, where one of them passes on. */
export const REPROVIDE_LOOK_MS = 1 * MINUTE
export const REPROVIDE_AT_ONCE = 32

// Watches that are served

/** Keys of all who watch here together: 300 connected devices with a full watch each. */
export const MAX_WATCHED_HERE = 300 * 64

// Zones over gossip

/**
 * What is passed on was issued so lately: gossip is for news, and remembers for half an hour what it took. With clocks
 * that are 5 min ahead it is less than that.
 */
export const NEWS_MS = 10 * MINUTE
/** Of one device: as many names as an account has at once, then one each five seconds. */
export const ZONES_PER_AUTHOR = { burst: 40, perSecond: 0.2 } as const

// Claims

/** Attempts at a claim that the ledger has forgotten, before it is said that it does not work. */
export const MAX_CLAIM_ATTEMPTS = 3
/** A claim that was refused is shown so long. */
export const REFUSED_KEPT_MS = 1 * DAY
/** Own entries that are looked through for one that was made just before this device was killed. */
export const ENTRIES_LOOKED_THROUGH = 500

// Reminders

/** Days before the end at which the owner hears of it once more; the first is where the last tenth begins. */
export const REMIND_DAYS_BEFORE: readonly number[] = [30, 14, 7, 3, 1]
/** Days begin at another moment when a clock is set by a little: one more that is left says nothing. */
export const CLOCK_DAYS = 1
