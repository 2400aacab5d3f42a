import { KiB, MiB, MINUTE, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what others, and programs of this machine, can make this feature do or hold, each with its reason.
 *
 * Held at worst, with all of it used at once: 32 MiB of bodies in one piece, 32 bodies in pieces with a window of 1 MiB
 * each, 32 streams before the door with a first window of 256 KiB. Some 72 MiB, most of it by whom the door let in.
 */

/** Programs of one person. Each token that comes is compared with all of them. */
export const MAX_APPS = 64
/** 256 bits: not to be guessed, however fast one tries. */
export const TOKEN_BYTES = 32

// What comes

/** Streams of peers that have proven no account yet, while the door waits for their hello. Others wait for nothing. */
export const MAX_AT_THE_DOOR = 32
/** Open requests to one program: beyond, it is behind, and more would only be late. */
export const MAX_OPEN_OF_APP = 64
/** Open requests from one device, over all its connections: half of a program's, so that one cannot shut out another. */
export const MAX_OPEN_OF_PEER = 32
/** Open requests to all programs. */
export const MAX_OPEN = 256
/** A body in one piece has come by then: 17 kB a second for the largest. It is held for its program meanwhile. */
export const WHOLE_BODY_TIMEOUT_MS = 1 * MINUTE

// What goes

/** Open calls of one program. */
export const MAX_CALLS_OF_APP = 32
export const MAX_CALLS = 128
/** Open calls to one device: below the 32 streams that it takes on a connection, as some are still closing. */
export const MAX_CALLS_TO_PEER = 24
/**
 * The other door takes 60 streams at once and 5 a second from a device, and marks down whoever sends more. Ours keeps
 * below that, and lets what is too fast wait; beyond so many seconds it is refused here.
 */
export const PACE_BURST = 48
export const PACE_PER_SECOND = 4
export const PACE_LONGEST_MS = 15 * SECOND
/** Devices whose pace is kept; a full bucket is as good as none and goes first. */
export const MAX_PACED = 1_000
/** A call that broke off is kept so long, for a program that has not asked for its answer yet. */
export const BROKEN_KEPT_MS = 10 * SECOND
/** Devices of one account that are asked in turn, where the first has no such program. */
export const MAX_DEVICES_ASKED = 4

// Both

/** Bodies in one piece that are held for a program, or of an answer. */
export const MAX_HELD_BYTES = 32 * MiB
/** Bodies in pieces that are under way, each way. */
export const MAX_IN_PIECES = 32
/** Of those, of one device that asks: a quarter, so that whoever may ask one program keeps nobody else waiting. */
export const MAX_HELD_BYTES_OF_PEER = 8 * MiB
export const MAX_IN_PIECES_OF_PEER = 8
/** Deeper than data of any use, and far from where a program that walks it runs out of stack. */
export const MAX_JSON_DEPTH = 64

/** Room for another piece of a read, so that no piece is ever cut in two. */
export const READ_ROOM_BYTES = 64 * KiB

/** Points of a hundred for an answer that no Latch writes. */
export const NONSENSE_POINTS = 10
