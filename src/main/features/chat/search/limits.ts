/** Letters of a word that are looked at. Longer ones are keys and addresses, which differ in their beginning. */
export const MAX_WORD_LETTERS = 64

/** What came is put into the index so much later, all of it in one transaction: a search does not wait for that. */
export const WORK_DELAY_MS = 250

/** How long a search puts into the index what is not there yet, before it begins. */
export const MAX_CATCH_UP_MS = 100

/** Messages that were found are read for so long in one turn. */
export const MAX_READ_MS = 6

/** Words taken out of the index in one turn: 0.4 ms for a message, measured with 100,000 of them. */
export const MAX_UNINDEXED_A_TURN = 8

/** Messages of before put into the index in one turn: 0.1 ms each. */
export const MAX_INDEXED_A_TURN = 32

/** Transactions after which pieces of the index are put together: each is one piece, and a search asks all of them. */
export const PIECES_BEFORE_MERGE = 16

/** Pages that one step of putting together writes: 1 ms. */
export const MERGE_PAGES = 8

/**
 * A stretch of time is searched in one turn; the next one is twice as long below the first, half as long above the second. On a
 * thread nobody waits for the end of a turn but who asked something else meanwhile.
 */
export const TURNS_HERE = { shortMs: 2, longMs: 5 }
export const TURNS_BESIDE = { shortMs: 10, longMs: 40 }

/** The part of all time between the first and the last message that is searched first. */
export const FIRST_STRETCH = 1 / 8
/** Never less than this of it: what makes a turn long may be another program, and each turn costs the index a start of its own. */
export const SHORTEST_STRETCH = 1 / 64

/** Messages looked at in one turn where the index cannot say which they are: of a word only one letter was typed. */
export const MAX_LOOKED_AT_A_TURN = 200

/** Characters of a message that are shown around what was found, and before it. */
export const SNIPPET_LENGTH = 160
export const SNIPPET_LEAD = 40
