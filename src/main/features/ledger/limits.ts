import { DAY, KiB, MINUTE, MiB, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what others can make this ledger read, keep or work out. What all nodes of a network must agree on
 * stands in its genesis (`Rules`), with these as the defaults; the rest holds for every network.
 */

// Bytes, checked before anything is parsed

/** An entry of ordinary size is 230 bytes; evidence holds two signed values, a roster up to 64 keys and approvals. */
export const MAX_ENTRY_BYTES = 16 * KiB
/** What evidence carries; two chains of signatures of 64 validators. */
export const MAX_PROOF_BYTES = 12 * KiB
export const MAX_HEADER_BYTES = 512
/** Commits of 64 validators at 100 bytes, three times over. */
export const MAX_CERTIFICATE_BYTES = 20 * KiB
/** Rosters and numbers. */
export const MAX_GENESIS_BYTES = 16 * KiB
/** What one block may be on the wire, whatever its genesis says: one frame. */
export const MAX_BLOCK_BYTES = 1 * MiB
/**
 * All entries of one block. With a header and 10,000 lengths, 30 KiB, it fits into what consensus takes for a proposal
 * (576 KiB): a pool that filled a larger one would stop the network, as no leader could propose.
 */
export const MAX_ENTRIES_BYTES = 512 * KiB
/** Dolev–Strong sends n² messages a round: beyond this it is the wrong engine. */
export const MAX_VALIDATORS = 64
export const MAX_LABEL_CHARS = 64
/** The tree is 256 deep; honest paths are some 20 long. */
export const MAX_PROOF_SIBLINGS = 256
/** A roster, an account with all its names, or the claims of one block. */
export const MAX_RECORD_BYTES = 2 * MiB
/** A snapshot goes in parts of this size; one record may be larger than that. */
export const SNAPSHOT_PART_BYTES = 256 * KiB
export const MAX_SNAPSHOT_PART_BYTES = 4 * MiB
/**
 * A snapshot's records: a name and its look, its owner and a claim, for half a million names. Each takes 700 bytes of
 * memory: twice as many, whatever they hold, would end the process.
 */
export const MAX_SNAPSHOT_RECORDS = 2_000_000

// Names

export const MIN_NAME_CHARS = 3
/** What a label of DNS may have, so that every name can be asked for over DNS. */
export const MAX_NAME_CHARS = 63
export const SALT_BYTES = 16

// Defaults of a genesis

/** A year: long enough not to nag, short enough that what nobody uses comes back. */
export const TERM_MS = 365 * DAY
/** The last tenth of the term, in which strangers stop seeing the name. */
export const ENDING_MS = 36.5 * DAY
/** A holiday, an illness, a repair: then others may have it. */
export const GRACE_MS = 30 * DAY
export const NEW_NAME_EVERY_MS = 1 * DAY
/** How far ahead an entry may say it is valid: what bounds how long anybody must remember it. */
export const UNTIL_AHEAD_MS = 1 * DAY
/** A claim not opened by then is forgotten: a quarter of an hour of the busiest chain, days of a quiet one. */
export const CLAIM_MAX_BLOCKS = 1_000
/** Whom the work below has not stopped. The names of an account stand in one record. */
export const MAX_NAMES = 32
/** 16,384 hashes, 8 ms of one core: nothing for one entry, a core for every 120 a second of a flood. */
export const ENTRY_BITS = 14
/** The first name: half a second. */
export const NAME_BITS = 20
/** Each name held doubles the price: the fifth 8 s, the ninth two minutes, the seventeenth nine hours. */
export const BITS_PER_NAME = 1
/** As many as are verified in 40 ms of one core, and put together in 20. */
export const MAX_ENTRIES = 1_000
/** A person waits two or three slots for a name of their own. */
export const SLOT_MS = 2 * SECOND
/** Δ: one-way delay over a relay, a slow disk and clocks apart by some hundred ms. */
export const ROUND_MS = 500

// The pool

export const MAX_POOL_ENTRIES = 5_000
export const MAX_POOL_BYTES = 4 * MiB
/** A claim, its opening, and whatever somebody does with all their names at once. */
export const MAX_POOL_PER_ACCOUNT = 40
/** Of those, entries that something else must come before: the oldest makes room. */
export const MAX_POOL_WAITING = 1_000
/** Ids of entries that came, so that none is checked twice: 100 bytes each. */
export const MAX_SEEN = 20_000

// Branches

/** How deep a fork may be taken back: a week of one block a minute. Undo records beyond are dropped. */
export const MAX_REORGANISED_BLOCKS = 10_000
/** Blocks kept beside the chain. Each is certified, so only a network that was cut makes them. */
export const MAX_SIDE_BLOCKS = 20_000
/** Below the head, so many blocks are weighed anew by fuller certificates while no branch is known: the latest, which go around. */
export const REWEIGHED_BLOCKS = 128
/** A block of a slot this far ahead of the clock is not taken yet. */
export const MAX_AHEAD_MS = 1 * MINUTE
