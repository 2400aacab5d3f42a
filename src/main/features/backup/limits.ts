import { GiB, HOUR, KiB, MiB, SECOND } from '../../../shared/units.ts'

/** Plaintext of one sealed piece: 60 µs of this thread. */
export const PIECE_BYTES = 64 * KiB

/**
 * 128 MiB and some 0.4 s for each guess, on a thread of its own; in the head of the file, so that it can rise.
 * Source: OWASP Password Storage Cheat Sheet, scrypt.
 */
export const SCRYPT = { logN: 17, r: 8, p: 1 } as const
/** What a file may ask of this machine before anything in it is proven. */
export const MAX_SCRYPT_BYTES = 512 * MiB
export const MAX_SCRYPT_P = 4

/** Of everything in a backup but the database. */
export const MAX_ENTRY_BYTES = 64 * KiB
/** More than any account has; a number in a head is not believed beyond it. */
export const MAX_DATABASE_BYTES = 1_024 * GiB

/** After one that failed: the disk may have room again, the folder may be there again. */
export const AGAIN_MS = HOUR

/** Backups that are due wait this long after the start: others want the disk then. */
export const FIRST_AFTER_MS = HOUR / 60

/** How often a window is told of progress. */
export const TELL_EVERY_MS = SECOND / 4
