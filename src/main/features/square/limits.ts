import { DAY, HOUR, KiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** UTF-8 bytes of one message: half a page. */
export const MAX_TEXT_BYTES = 2 * KiB

/** The text, 256 bytes of name, network and room, and what the envelope adds (a key, a signature): 3 KiB at most. */
export const MAX_POST_BYTES = 3 * KiB

/** UTF-16 units of a claimed name as sent, and as shown: as in hello. */
export const MAX_RAW_NAME_CHARS = 256
export const MAX_NAME_CHARS = 64

export const NONCE_BYTES = 8

/** How far a message's time may be from this device's clock: clocks that nobody sets are a minute off, seldom more. */
export const MAX_SKEW_MS = 5 * MINUTE

/** An account says five things at once and then one each 3 s: a conversation, and no flood. */
export const AUTHOR_BURST = 5
export const AUTHOR_EVERY_MS = 3 * SECOND

/** Accounts whose rate is remembered; who spoke longest ago goes first, and has a full bucket by then. */
export const MAX_AUTHORS = 2_000

/** What gossip lets through to be judged, of one device: a little more than an account may say, as delays bunch it. */
export const PER_DEVICE = { burst: 10, perSecond: 0.5 }

/** Of a whole room: more than one a second nobody reads. node/gossip-seen.ts counts on it. */
export const PER_ROOM = { burst: 60, perSecond: 1 }

export const MAX_ROOMS = 32

/** Rooms that were left, in all networks: that one is not entered by itself again. */
export const MAX_LEFT_ROOMS = 256

export const MAX_POSTS_OF_ROOM = 2_000

/** Of all rooms and networks: 100 MB, if every one is as long as it can be. */
export const MAX_POSTS = 30_000

export const KEPT_FOR_MS = 30 * DAY
export const PRUNE_EVERY_MS = 1 * HOUR

export const MAX_MUTED = 1_000

/** Copies are counted in memory and written at once: each is a few bytes that nobody waits for. */
export const COPIES_EVERY_MS = 2 * SECOND
/** Messages whose copies wait to be written. */
export const MAX_COPIED = 1_000

/** Questions of one peer about hops, and questions asked on behind this device, all peers together. */
export const TRACES_BURST = 10
export const TRACES_EVERY_MS = 2 * SECOND
export const ASKED_ON_BURST = 20
export const ASKED_ON_EVERY_MS = 1 * SECOND

/** Peers whose questions are counted. */
export const MAX_ASKERS = 1_000
