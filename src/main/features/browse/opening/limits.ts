import { MINUTE, SECOND } from '../../../../shared/units.ts'

/*
 * How long each step of opening a page may take, and what is remembered between two pages. The door and the answer have
 * their time in the site's own protocol: 15 s until somebody opens, 2 min until the header of an answer.
 */

/** A look-up ends by itself after 5 s; behind each label that was handed on is another. Longer is a fault of ours. */
export const FIND_MS = 20 * SECOND
/** How long what was found may be taken as it is at most, whatever a zone says: no page is so busy that one more costs. */
export const KEPT_FOUND_MS = 10 * MINUTE
/** Within this, to ask again is to ask for what was just found: it takes longer to press a key twice. */
export const SAME_AGAIN_MS = 100
/** Names whose answer is kept: of every tab there is, and what its pages load from elsewhere. */
export const MAX_KEPT = 256
/** What was found may be older than what is true now: after this it is worth asking again where nobody of it answers. */
export const DOUBTED_AFTER_MS = 10 * SECOND

/** Devices that are tried for one page, as in look-ups: those of the zone, then those of the owner. */
export const MAX_DEVICES = 8
/** One device: over an introducer, two handshakes on bad links. */
export const DIAL_MS = 10 * SECOND
/** All of them. A person who waits longer has gone. */
export const CONNECT_MS = 15 * SECOND
/** Without a connection by then the next device is dialled beside. *Source*: RFC 8305, 5: 250 ms. */
export const NEXT_DEVICE_MS = 250
/** Without an answer by then, another device is asked beside: a computer whose lid was closed takes that long to be missed. */
export const NEXT_ANSWER_MS = 5 * SECOND
/** With no answer by then a copy is looked for beside: what has a copy is a folder, and a folder answers at once. */
export const COPY_AFTER_MS = 3 * SECOND
/** To find somebody who has a copy, and the first bytes of a file of it. */
export const COPY_MS = 20 * SECOND
/** A copy that was opened is asked for its files so long after it was used last; then who has it is asked again. */
export const OPEN_COPY_MS = 1 * MINUTE
export const MAX_OPEN_COPIES = 32

/** A device that could not be reached is passed over so long: the other fifty parts of the page do not wait for it each. */
export const FAILED_MS = 3 * SECOND
/** A device that says that it has no such site is asked after the others so long. */
export const NO_SITE_MS = 1 * MINUTE
/** While a copy is shown, how often the owner is looked for, by whoever looks at the page. */
export const LOOK_FOR_OWNER_MS = 5 * SECOND
/** What is remembered of devices and sites, each; the oldest goes. */
export const MAX_REMEMBERED = 512
