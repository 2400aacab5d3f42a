import { DAY, KiB, SECOND } from '../../../../shared/units.ts'

/*
 * Every bound on what others can make this room read or keep.
 */

/** The card of a validator, before base64url: a label, four addresses, a signature; it goes by mail or messenger. */
export const MAX_CARD_BYTES = 1 * KiB
/** A link to a network: a genesis, which has at most 16 KiB, and four devices. With its head it is 30,000 characters. */
export const MAX_NETWORK_LINK_BYTES = 22 * KiB
/** Of one device in a link: one of each kind, so that one leads there. */
export const MAX_LINK_ADDRESSES = 4
/** Devices named in a link: whoever made it and three others, should that one be away. */
export const MAX_LINK_PEERS = 4
/** Of the SHA-256 of what follows: a link damaged on its way is told in all but one case of 2^64. */
export const SUM_BYTES = 8

/** Somebody who offered to be a validator a month ago may have thought better of it, or have another device. */
export const MAX_CARD_AGE_MS = 30 * DAY
/** A clock that was set in another time zone is off by as much as this. */
export const MAX_CLOCK_ERROR_MS = 1 * DAY

/** Networks known at once. Each has a chain; a person uses two or three. */
export const MAX_NETWORKS = 64
/** Devices remembered for each network by which it may be found: the newest, each with few addresses. */
export const MAX_HINTS = 16

/** A slot in which nothing can be agreed on the internet only keeps this device busy. */
export const MIN_SLOT_MS = 200
/** Slots of networks made here: their length is a multiple of this, and at least `MIN_MADE_SLOT_MS`. */
export const SLOT_STEP_MS = 500
/** A person waits two or three slots for a name; shorter ones only make more blocks. */
export const MIN_MADE_SLOT_MS = 2 * SECOND
