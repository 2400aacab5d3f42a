import { KiB, MiB, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what a page can make the main process do or hold, each with its reason.
 */

/**
 * Requests of one view that are under way or wait, beyond which one fails before anything is made for it. What runs at
 * once, the browse feature says; this is for a page that asks a hundred thousand times. A large page has some hundred parts.
 */
export const MAX_OPEN_REQUESTS = 1_100
/**
 * Requests beyond those that one page may make before its process is ended: each costs the main process some 0.4 ms, in
 * which the window stands still.
 */
export const MAX_TOO_MANY = 500
/** What a person did counts as theirs for so long: a page answers a click in a fraction of it. */
export const GESTURE_MS = 1 * SECOND
/** Connections of a session to its guard: a page has at most 255 WebSockets open in Chromium, and few more than one. */
export const MAX_GUARD_SOCKETS = 300
/** From the first byte to the end of a header, to a guard that is on this machine. */
export const GUARD_HEADER_MS = 10 * SECOND
export const MAX_GUARD_HEADER_BYTES = 32 * KiB
/** A page whose process hangs is given so long to end before it is made to. */
export const CLOSE_MS = 2 * SECOND
/** As long as the contract carries. */
export const MAX_URL_CHARS = 8_192
/** What was refused is told in a name or a word. */
export const MAX_TOLD_CHARS = 255
/** More than a tab and a list ever show of a title; what the browse feature keeps of it is less. */
export const MAX_TITLE_CHARS = 1_000
/** Refusals, wishes and offers of one view told in a second: beyond, a page would keep the main process busy by asking. */
export const MAX_TOLD_A_SECOND = 50
/** A file that a page made by itself. As the browse feature has it, which says so to the person. */
export const MAX_MADE_BYTES = 256 * MiB
/** Of all pages, while the person has not answered: as many as wait of one site, and as much room as two large ones take. */
export const MAX_MADE_HELD = 20
export const MAX_MADE_HELD_BYTES = 512 * MiB
