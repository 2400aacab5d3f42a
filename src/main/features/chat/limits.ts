import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'

/**
 * How far an entry's Lamport number may be ahead of the conversation's. Honest numbers are at most the count of entries
 * written, so this is a million entries not seen here; without a bound one entry could use up everybody's numbers.
 */
export const MAX_CLOCK_AHEAD = 2 ** 20

/** Conversations that another device of ours may name on one stream: more contacts than anybody has. */
export const MAX_CONVERSATIONS = 10_000

/** Refused logs on one stream before it ends: past this nothing good comes. */
export const MAX_REFUSALS = 16

/** Frames that came and are not dealt with. When reached nothing more is read, and the other side's writes wait. */
export const MAX_INBOX_FRAMES = 32
export const MAX_INBOX_BYTES = 512 * 1024

/** Entries stored in one transaction: 4 ms. More would hold the event loop for longer than a window's frame. */
export const MAX_ENTRIES_A_BATCH = 64

/** Work after which other things of the event loop get their turn: a quarter of a window's frame, as one more step follows. */
export const MAX_TURN_MS = 4

/** First and longest wait between two tries to deliver. */
export const FIRST_RETRY_MS = 2 * SECOND
export const LONGEST_RETRY_MS = 5 * MINUTE

/** Accounts tried at once; a start with hundreds of waiting conversations must not dial them all in one breath. */
export const MAX_TRIES_AT_ONCE = 4

/** How long a device that has nothing to send leaves the opening of the stream to the other, so that not both do it. */
export const COURTESY_MS = 500

/** Reading several messages in a row makes one receipt. */
export const RECEIPT_DELAY_MS = 300

/** A stream that lost to another of the same two devices is closed by then, also if the other side never ends it. */
export const RETIRE_TIMEOUT_MS = 10 * SECOND

/** Lines of delivery attempts kept for each account; equal ones are counted in one line, so this is weeks of trying. */
export const MAX_ATTEMPT_LINES = 300

/** How long the other side may take to read why a stream ends before it is cut. */
export const LINGER_MS = 2 * SECOND

/** Changed messages read and announced in one turn of the event loop. */
export const MAX_ANNOUNCED_A_TURN = 100

/** Letters left for one account in a row, 8 MiB: what is behind them waits for the next try. */
export const MAX_LETTERS_AT_ONCE = 32

/** What a mailbox has held for so long is left there again: it keeps letters for a week. */
export const HELD_AGAIN_MS = 6 * DAY

/** Leaving one letter: longer than reaching a holder, and storing there. */
export const LETTER_TIMEOUT_MS = 1 * MINUTE

/** Names are looked at so often where nothing tells of them: terms are days, and nothing goes out by one that is over. */
export const NAMES_LOOK_MS = 1 * HOUR

/** Streams on which a missing content block is asked for; whoever still had it would have been met by then. */
export const MAX_WANT_TRIES = 20

/** Typing is told at most so often, and counts so long unless it is told again. */
export const TYPING_EVERY_MS = 3 * SECOND
export const TYPING_LASTS_MS = 6 * SECOND

/** Messages dropped in one transaction: 5 ms. */
export const MAX_DROPPED_A_TURN = 200

/** No timer is set further ahead: clocks are changed, and a timer of Node holds 24 days. */
export const LONGEST_SLEEP_MS = 1 * HOUR

/**
 * What counts of one device's edits, of its reactions and of its pins of one message: more than any person makes. Each new one
 * is looked at with all the others of its message.
 */
export const MAX_ACTS_OF_A_LOG = 128

/** How often one device sets for how long messages stay, in one conversation. */
export const MAX_TIMERS_OF_A_LOG = 1_000

/**
 * Entries of one author that others bring: so many at once, as with a long history, and then so many each second. Who writes a
 * million needs hours for it, and a block ends it.
 */
export const ENTRIES_BURST = 100_000
export const ENTRIES_PER_SECOND = 100

/** Asked-for content blocks that wait to be sent on one stream: what one frame asks, twice. */
export const MAX_OWED_BLOCKS = 128

/** A device that says more often that somebody types is not listened to for so long. */
export const TYPING_HEARD_EVERY_MS = 1 * SECOND

/** Streams on which missing content blocks are asked for when one device had them no more. */
export const MAX_ASKED_AT_ONCE = 3
