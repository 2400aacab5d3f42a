/**
 * Entries of one device's log in a roster. Membership changes are rare: ten a day for a third of a year, by one device of one
 * person; a list of 100 people is made with 100. What lies beyond is not taken, and void where it was.
 */
export const MAX_ROSTER_SEQ = 1_024

/** Roster entries of one account that count, over all of its devices; in their order. */
export const MAX_ROSTER_ENTRIES_AN_ACCOUNT = 2_048

/** Logs of one account in one half of a group: devices it has, and had. */
export const MAX_LOGS_AN_ACCOUNT = 16

/** Groups known here, also those that this person left: more than anybody is in. */
export const MAX_GROUPS = 1_000

/** Logs that an entry names as seen: an entry is 64 KiB at the most, and a base takes 220 bytes. */
export const MAX_NAMED_LOGS = 250

/** Of a log of which more or less is seen than before: its newest entries are looked at at once, and so many in each turn after that. */
export const SEEN_AT_ONCE = 256
export const REVIEWED_A_TURN = 128

/** Messages that come to be hidden, or to be seen again, of which windows are told one by one. */
export const MAX_TOLD = 1_000

/**
 * What others wrote in a group is announced so long after it came, and sent so long after that to who still lacks it: long
 * enough for its author to reach those whom they reach, short enough not to be noticed by those who depend on it.
 */
export const ANNOUNCE_AFTER_MS = 500
export const SEND_AFTER_MS = 500

/** In a group where something always comes, what is lacking is sent all the same after so many announcements. */
export const MAX_PUT_OFF = 4
