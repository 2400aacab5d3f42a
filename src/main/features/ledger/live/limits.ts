import { MINUTE, SECOND } from '../../../../shared/units.ts'

// Slots

/** A block at least this often where there is company, so that whoever comes sees that it lives; no more than a few hundred a day. */
export const HEARTBEAT_MS = 5 * MINUTE
/** The clock is looked at again after that, however far away the next slot is: somebody may set it. */
export const LONGEST_LOOK_MS = 1 * MINUTE
/** Of a round: how long before a slot it is opened. What was decided in the slot before has come by then, or came too late. */
export const AHEAD_ROUNDS = 0.25
/** Of a round: so late a slot is still opened. Consensus lets one that opens it later only watch. */
export const LATE_ROUNDS = 0.5
/** Slots below the head of which it is kept what was signed in them, and how many go at once: more than are ever open. */
export const SIGNED_SLOTS_KEPT = 1_024
/** Blocks that were judged and are not certified yet: two values of each of the sessions that consensus keeps open. */
export const MAX_HELD_BLOCKS = 16

// Shown

/** Slots of which the rounds are kept: a minute, at two seconds each. */
export const ROUNDS_KEPT = 32
export const FORKS_KEPT = 50
/** Of each side of a fork: more than a window shows side by side. */
export const FORK_LINES = 50
/** Blocks that a window begins with, and the most that are told one by one: whoever was further behind reads them. */
export const BLOCKS_SHOWN = 50
export const WAITING_SHOWN = 200
/** Each took its owner the work of a name, so it is nothing that anybody fills up for fun. */
export const OFFERS_SHOWN = 256
/** Entries of one's own that came to nothing, so that whoever asks hears why. */
export const GONE_KEPT = 200
/** Of a person's own entries at once. */
export const MAX_OWN_KEPT = 200
/** Looked through at a start for who led last. */
export const LED_LOOKED_AT = 200
/** Four a second: a window that is told more often draws the same. */
export const STATUS_EVERY_MS = SECOND / 4
/** Ten pictures a second of a grid in which sixty-four validators sign. */
export const SLOT_EVERY_MS = SECOND / 10

// Broadcast

/** Entries whose signatures are not known, above which they are verified beside this thread: 2 ms of it. */
export const VERIFIED_BESIDE = 50
/** Blocks seen in gossip, by id. */
export const SEEN_BLOCKS = 512
/** Below the head: one that is known by then, as consensus or a peer had it first, is still new to others. */
export const NEW_BLOCKS = 8
/** One certified block each slot, and others where its leader was not heard. */
export const BLOCKS_RATE = { burst: 32, perSecond: 4 }
/** A device sends what its people submit: an account has 40 waiting at the most. */
export const ENTRIES_RATE = { burst: 200, perSecond: 20 }
/** Of all together: a full block, and what one core works for in the meantime at 14 bits each. */
export const ENTRIES_IN_ALL = { burst: 1_000, perSecond: 40 }
/** Entries that came before what they wait for. */
export const MAX_HELD_BACK = 256

// Evidence

/** Of one network. Each takes a validator that is false; beyond, the oldest goes about whoever did most. */
export const MAX_EVIDENCE = 256
/** Slots between one validator and the next before they enter the same evidence. */
export const EVIDENCE_SLOTS_APART = 2
/** Once more, where an entry was refused for its number or came to nothing. */
export const MAX_EVIDENCE_TRIES = 5
/** Evidence is worked for without anybody asking: some seconds of a core, whatever a genesis says. */
export const MAX_ACCUSING_BITS = 22

// Company

/** Devices of the network that are kept connected: one may be silent and one may lie. */
export const COMPANY = 3
export const FIRST_REDIAL_MS = 2 * SECOND
export const LONGEST_REDIAL_MS = 5 * MINUTE
export const DIAL_TIMEOUT_MS = 30 * SECOND
/** Tried, beside validators: hints come with links. */
export const MAX_HINTS = 32

// Peers asked to check their chain

/** Each works for some seconds, on its own machine. */
export const VALIDATED_AT_ONCE = 64
