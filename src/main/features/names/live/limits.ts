import { DAY, HOUR, MINUTE, SECOND } from '../../../../shared/units.ts'

// Look-ups that end with a connection

/** Dialled at once: a person has a computer, a telephone and something at home. */
export const DIALS_AT_ONCE = 4
/** Devices that are tried: those of the zone, then those of the owner. */
export const MAX_DIALLED = 8
/** One device; over an introducer, that is two handshakes on bad links. */
export const DIAL_MS = 10 * SECOND
/** All of them: nobody waits longer for one answer. */
export const CONNECT_MS = 15 * SECOND
/** A connection through an introducer is made direct in one to three seconds, where it can be. */
export const DIRECT_MS = 5 * SECOND
/** How often it is looked at whether it is. */
export const DIRECT_LOOK_MS = 100
/** A round trip, through an introducer on the other side of the world. */
export const PING_MS = 3 * SECOND

// Names that are kept fresh

/** Contacts' names that are asked for side by side: nobody waits for them. */
export const REFRESHES_AT_ONCE = 4
/** Between two looks: an owner who says that answers count for a second does not keep this device busy. */
export const REFRESH_EVERY_MS = 5 * SECOND

/** After a start hundreds of contacts are met within seconds, and to find the names of all of them takes up to 20 ms. */
export const RECONSIDER_EVERY_MS = 1 * SECOND

// Watches at others

/** Names whose news is asked for over streams, besides gossip: at two to three devices each. */
export const MAX_PUSHED = 128
/** Besides a device of the owner: one of them may be behind, or away. */
export const NEAREST_WATCHED = 2
/** Peers come and go in flocks; news comes by gossip meanwhile. */
export const WATCH_AFTER_MS = 2 * SECOND
/** Whoever refused a watch is not asked for one before, unless it connects again. */
export const WATCH_RETRY_MS = 5 * MINUTE
/** For the answer to a watch. */
export const WATCH_ANSWER_MS = 5 * SECOND

// Who is near to one's own names

/** A walk of Kademlia's: seven hops, each with somebody who does not answer. */
export const WALK_MS = 30 * SECOND
/** Of one walk: k nearest, and those on the way. */
export const MAX_MET_OF_WALK = 64
/** Remembered at some 500 bytes each; they are dialled when a zone is told. */
export const MAX_MET = 512
/** As often as zones are told anew. */
export const WALK_EVERY_MS = 1 * HOUR
/** The routing table changed: it changes often while it fills. */
export const WALK_AFTER_CHANGE_MS = 1 * MINUTE

// Served

/** Who is around is worked out once in so long: it is asked for at every name that is not here. */
export const NEIGHBOURS_MS = 1 * SECOND
/** Of the nearest, so many are looked at for eight of whom the asker may know where they are. */
export const NEIGHBOURS_LOOKED_AT = 32
/** Zones judged for the DHT, whose order is asked for right after. */
export const MAX_JUDGED = 256

// Told

/** How many zones are held changes with each that is handed over. */
export const HELD_EVERY_MS = 1 * SECOND
/** The person is told of a term that ends when whoever shows it has come up. */
export const REMIND_AFTER_START_MS = 10 * SECOND
/** Terms are looked at so often at least, and at most. */
export const REMIND_LOOK_LAST_MS = 1 * DAY
export const REMIND_LOOK_FIRST_MS = 1 * SECOND
