import { DAY, MiB, MINUTE, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what pages, and whoever opens them, can make this feature do or hold, each with its reason.
 */

/** As long as the contract carries; no address that a person shared is as long. */
export const MAX_URL_CHARS = 8_192
/** As the contract has it: what a title says beyond that, nobody reads in a tab. */
export const MAX_TITLE_CHARS = 200
/** What a page was refused, or asked for, is told in a word or a name. */
export const MAX_ASKED_CHARS = 255

// Tabs

export const MAX_TABS = 100
/**
 * Each view is a process of some 60 to 100 MB. Those shown longest ago are closed; going back to one loads its address
 * again, without what was typed into it.
 */
export const MAX_LIVE_VIEWS = 12
/** Sites that a tab passed through, and can go back to. */
export const MAX_ROW = 50
export const MAX_CLOSED_TABS = 10
/** Ten times a second is as often as an eye follows. */
export const TELL_EVERY_MS = 100
/** How much went through an exit is a figure to look at now and then. */
export const BYTES_TELL_EVERY_MS = 500
/** A page may change its address a thousand times a second: what is kept of tabs is written this often at most. */
export const SAVE_EVERY_MS = 2 * SECOND

// What a page asks for

/** Requests of one view that run at once. The site itself takes six at a time, and eight sockets. */
export const MAX_RUNNING = 64
/** Those in line behind them; beyond, a request fails at once. A large page has some hundred parts. */
export const MAX_WAITING = 1_000
/** WebSockets of one view. The site takes eight; a page that opens more has others that close. */
export const MAX_SOCKETS = 16
/** As the shield shows them, the newest first. */
export const MAX_ASKED = 50
/** Other names that one page may ask the person about; more would be a way to tire them out. */
export const MAX_NAMES_ASKED = 12
/** Redirects by script, or by the site, to another name that follow one thing which the person did. */
export const REDIRECTS_PER_GESTURE = 1
/**
 * Tabs that one page opens within a second, which is as long as a click counts: one that it comes to the front with, and few
 * behind it, as for links that somebody picks one after the other.
 */
export const MAX_FRONT_A_SECOND = 1
export const MAX_BEHIND_A_SECOND = 4

// Downloads

/** Files that wait for a word of the person, of one site and of all. */
export const MAX_ASKING_OF_SITE = 20
export const MAX_ASKING = 100
/** At once; the others wait their turn. More would share one line of one device. */
export const MAX_DOWNLOADING = 4
/** Those that run, and those that wait to. */
export const MAX_UNDER_WAY = 100
/** The list, with what is done long ago; the oldest of what is over goes first. */
export const MAX_DOWNLOADS = 200
export const DOWNLOAD_TELL_EVERY_MS = 250
/** As file systems have it: 255 bytes, less what is added to a name that is taken. */
export const MAX_FILE_NAME_BYTES = 200
/** `name (2).pdf`, and so on; beyond, something else is wrong. */
export const MAX_SAME_NAMES = 1_000
/** Within its own site; browsers take twenty, and nobody needs more than two. */
export const MAX_REDIRECTS = 5

/**
 * What a page makes by itself (`blob:`, `data:`) it has in memory, and so has Chromium, until it is saved: a drawing, an export, a
 * film of some minutes.
 */
export const MAX_MADE_BYTES = 256 * MiB

// What is remembered

export const MAX_BOOKMARKS = 1_000
/** Some years of a person's pages. */
export const MAX_HISTORY = 10_000
/** A page that stood so long was visited; what passes by in between (redirects) was not. */
export const VISITED_AFTER_MS = 1 * SECOND
/** Where each site stored something, so that it can be removed. */
export const MAX_STORAGES = 5_000
export const MAX_ZOOMS = 1_000
/** A visit counts half as much after so long. */
export const VISIT_HALF_LIFE_MS = 14 * DAY
export const MAX_COMPLETIONS = 8
/** Rows of the history that completion looks at, the latest first. */
export const COMPLETED_FROM = 2_000
export const MAX_RECENT = 8

/** A question to the door ends by itself there; this is for a door that does not answer. */
export const DOOR_TIMEOUT_MS = 10 * MINUTE

/** Characters. A picture of a page goes over the line to the window like any answer: what is larger is not worth the wait. */
export const MAX_STILL_CHARS = 1_400_000
