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
 * What a page may make the main process hear of within `STRAIN_MS` before its own process is ended: titles, lines on its
 * console, places, refusals, requests beyond those above. Each takes up to 0.4 ms, in which the window stands still; a page
 * of sixty titles a second has an eighth of it.
 */
export const MAX_STRAIN = 1_000
export const STRAIN_MS = 2 * SECOND
/** A page that goes somewhere costs the main process some 10 ms each time: forty in two seconds are more than anybody reads. */
export const STRAIN_OF_PAGE = 25
/** One in a frame costs about 1 ms. */
export const STRAIN_OF_FRAME = 3
/** What is said on the console is copied, though nobody reads it: a million characters take some 20 ms. */
export const CHARS_OF_ONE_STRAIN = 20_000
/** A window that is held up for so long is; nothing of ours does that to it. */
export const STALL_SPAN_MS = 2 * SECOND
/** As often as a page must be felt to be stopped in time, and little that a battery feels. */
export const STALL_TICK_MS = 50
/** Pages wait where the window stands still for so long, which is soon felt; it costs them nothing if it was not theirs. */
export const STALL_STILL_MS = 100
/** As many times in a row, each as soon as they go on, and one of them does it: no page needs that much when it loads. */
export const HOLDS_BEFORE_END = 4
/** The part of a span in which it moves, below which it is held up: on average it stands for a quarter of a second then. */
export const STALL_LEAST_SHARE = 0.4
/** The part of one core that the process used meanwhile, by which a page is told from a menu that is open; a busy machine gives no more. */
export const STALL_BUSY_SHARE = 0.2
/** Held up for so many spans in a row, it was not the page that is looked at, and all others end too. */
export const SPANS_BEFORE_ALL = 4
/** More views than a window keeps open. */
export const MAX_WATCHED = 64
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
