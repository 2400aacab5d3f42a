import { SECOND } from '../../../shared/units.ts'

/** A person waits no longer for a name; over a relay and with a dial it takes two seconds. */
export const LOOKUP_MS = 5 * SECOND
/** For one peer's answer, its dial included where it is not connected. */
export const ASK_MS = 2 * SECOND
/** Who has not answered by then holds nobody up: the next is asked beside it. Five times a link across an ocean's half. */
export const SLOW_MS = 250

/**
 * After the first valid answer, those who were asked have once more the time that it took: whoever is as far away answers
 * in it, and the newest is among them. At least what a loaded machine takes for a turn, at most what nobody notices.
 */
export const GRACE_MIN_MS = 20
export const GRACE_MAX_MS = 250
/** What comes later, and is newer, is heard for as long and told to who watches; nobody waits for it. */
export const LINGER_MS = 1 * SECOND

/**
 * With so many who have the same, or one device of the owner, nobody else is asked. With fewer the nearest go on to be asked,
 * as long as `GRACE_MAX_MS`: one liar with an old zone, and those to whom it leads, are then not enough.
 */
export const CONFIRMED_BY = 3

/** Asked at once. Of 8 honest at 70 %, all are liars once in 15,000 look-ups; the owner and contacts come on top. */
export const AT_ONCE_NEAR = 8
export const AT_ONCE_OWNER = 8
export const AT_ONCE_CONTACTS = 8
/** Then so many at a time, nearer and nearer. *Source*: Kademlia's α. */
export const ALPHA = 3
/** The nearest who count: who holds a name is among them. *Source*: Kademlia's k. */
export const NEAREST = 20
/** All in all: seven hops of three, and those at once. */
export const MAX_ASKED = 48
/**
 * Kademlia's own way begins so late, or as soon as nobody else is left to ask: who is connected has answered by then, and it
 * costs streams to twenty others and, here, ten times the processor time of all else that a look-up does.
 */
export const FAR_AFTER_MS = 100
/** Zones that Kademlia's own way finds: one of each of the nearest, and some that lie. */
export const MAX_FAR = 40
/** Of one answer that names nearer ones, so many are looked at. */
export const MAX_NAMED = 8
/** Of whom one peer names, as they may all be its own. */
export const MAX_PER_REFERRER = 3
/** Of each of the peers with which a look-up begins, so many of those to whom it leads are asked, however near others are. */
export const FIRST_OF_WAY = 3
/** Where somebody is said to be: of two who name it. */
export const MAX_ADDRESSES = 8
/** One that could not be reached is tried so often again where others say that it is. */
export const MAX_ELSEWHERE = 2

/** Labels have four parts, so nothing can be handed on more often. */
export const MAX_DELEGATIONS = 4

/** A block from further ahead means that this machine's clock is behind: validators allow seconds. */
export const MAX_BEHIND_CHAIN_MS = 600 * SECOND

/** A zone that another has newer: an honest peer that was away has it too, so it weighs little. */
export const OLDER_POINTS = 1
/** As old as cannot be: expired. Honest holders drop it, within the hour. */
export const EXPIRED_POINTS = 2

/** Places of peers that are remembered, at 200 bytes each: of all connections and some hundred look-ups. */
export const MAX_PLACES = 4_096

/** Where no device of the owner was heard, so many have to say that they have no zone before it is believed that there is none. */
export const SURE_OF_NOTHING = 3
