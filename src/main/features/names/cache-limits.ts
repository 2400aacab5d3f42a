import { KiB, MiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** Names that somebody looks at again; at 1,600 bytes for each the next bound is reached first. */
export const MAX_CACHED = 4_096
/** What is signed. What is held in memory beside it is some three times that. */
export const MAX_CACHED_BYTES = 4 * MiB
/** The key, the row and the line around each. */
export const LINE_BYTES = 256

/** Long enough that a page with twenty of them asks once, short enough for somebody who waits for a zone to come up. */
export const NOTHING_MS = 30 * SECOND
/** Typing errors and scans; 100 bytes each. */
export const MAX_NOTHING = 1_024

/** Contacts' names. Beyond, they are asked for when somebody looks. */
export const MAX_WATCHED = 1_024
/** A watched name is asked for again in the last tenth of its time, and at least so long before its end. */
export const REFRESH_SHARE = 0.1
export const REFRESH_AHEAD_MS = 5 * SECOND
/** A watched name that could not be had is not asked for again before. */
export const RETRY_MS = 1 * MINUTE

/** Writing reaches the disk, which costs up to 17 ms: once for all that came meanwhile. What a kill takes is asked for again. */
export const WRITE_AFTER_MS = 1 * SECOND
/** The most zones of other networks that stay on the disk: they come back when somebody goes back. */
export const MAX_STORED = 4 * MAX_CACHED
/** A clock that was set back makes what was kept seem to come from ahead: more than clocks drift, and it is asked for again. */
export const CLOCK_SET_BACK_MS = 2 * SECOND

/** One zone in JSON: 10 KiB signed. */
export const MAX_JSON_CHARS = 128 * KiB
