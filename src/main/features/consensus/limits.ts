import { KiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** Points of a hundred. What no honest validator ever sends: it sends on only what verified. */
export const FORGED_POINTS = 25
/** A list with a signer twice, out of range, or not begun by the leader. */
export const MALFORMED_POINTS = 20
/** A block whose hash is not what was signed. */
export const WRONG_PAYLOAD_POINTS = 25

/** Values of one session that are kept and passed on. Two prove that the leader is false, and more prove no more. */
export const MAX_VALUES = 2

/**
 * Frames of one validator for sessions that are not open here yet: its clock is ahead of ours, or we are still busy with
 * the slot before. Two are what a slot begins with: a value and its quorum.
 */
export const MAX_EARLY_FRAMES = 2
/** What they may hold of memory, for each validator. */
export const MAX_EARLY_BYTES = 608 * KiB
/** Kept that long: the rounds of no network that is worth having last longer. */
export const EARLY_MS = 30 * SECOND

/** Sessions open at once: this slot's, and those before it whose last commits are still on their way. */
export const MAX_SESSIONS = 8
/** How long after its last round a session takes commits, in rounds. */
export const LINGER_ROUNDS = 4

/** How often each validator is sent a frame that is there to be measured: the first figure must not be that of a block. */
export const PING_EVERY_MS = 5 * SECOND

/** Delays kept of each validator: at a slot every few seconds, the last minutes. */
export const MAX_DELAYS = 64
/** Older figures say nothing of now. */
export const DELAY_AGE_MS = 10 * MINUTE

/**
 * A timer that fires so late, in rounds, means that this machine stood still: what came meanwhile was not read in time,
 * and the pool may lack what others have.
 */
export const STOOD_STILL_ROUNDS = 0.5

/** Without a slot for so long, channels to validators are let go; the next slot opens them again. */
export const IDLE_MS = 5 * MINUTE

/** Channels to one validator are opened that far apart: one that lived longer is opened again at once. */
export const REOPEN_MS = 1 * SECOND
/** And twice as far with each try that failed, up to this: one that is away is back in some slot soon. */
export const LONGEST_REOPEN_MS = 16 * SECOND
