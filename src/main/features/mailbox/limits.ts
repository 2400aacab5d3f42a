import { DAY, HOUR, KiB, MINUTE, MiB, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what recipients, depositors, holders and correspondents can make this feature do or hold, each with its reason.
 */

// Held for others

/** A letter is held for so long: a week's holiday; then its sender tries again, or says that it was not delivered. */
export const KEEP_MS = 7 * DAY
/** For one account, all its devices together: 16,384 letters of 2 KiB, or 128 of 256. A phone that was away collects it in minutes. */
export const QUOTA_BYTES = 32 * MiB
/** The smallest letters would otherwise be rows without end: more than a busy group writes in a week. */
export const QUOTA_LETTERS = 8_192
/** Held for all on somebody's own machine; an introducer says how much it gives. */
export const CAPACITY_BYTES = 256 * MiB
/** Accounts, and devices of one, for whom mail is held: an introducer's visitors; nobody has more devices. */
export const MAX_BOXES = 4_096
export const MAX_BOXES_OF_ACCOUNT = 16
/** Where there are as many boxes as may be, one that is empty and whose device did not come for so long makes room. */
export const BOX_IDLE_MS = 1 * DAY
/** Who does not come for so long has no mail here any more, and is forgotten. */
export const BOX_LASTS_MS = 60 * DAY
/** Letters for one box: what an outbox empties in one breath, and then one each two seconds. */
export const LETTERS_BURST = 256
export const LETTERS_PER_SECOND = 1 / 2
/** Letters from one connection, whoever they are for; a stranger guesses no more boxes than this. */
export const OFFERS_BURST = 128
export const OFFERS_PER_SECOND = 4
/** What is counted under names that strangers choose. */
export const MAX_COUNTED = 4_096
/** A box that is none: a handful of guesses ends a connection, one by an old card does not. */
export const UNKNOWN_BOX_POINTS = 5
/** Letters that are on their way in at once: 256 KiB each. */
export const MAX_COMING = 64
/** Pages that are on their way out at once: 1 MiB each. */
export const MAX_GOING = 32
/** Somebody who is there hears of news at most so often. */
export const NEWS_PACE_MS = 2 * SECOND

// Our own holders

/** Introducers that are asked by themselves: two may go away at once. */
export const INTRODUCERS_ASKED = 3
/** Contacts who may be asked; with the introducers more than a card names, as not all of them say yes. */
export const MAX_HOLDERS = 12
/** A holder that is connected is asked for mail so often, should its news have been lost; and one that is not, dialled. */
export const COLLECT_EVERY_MS = 10 * MINUTE
/** Of each wait, a random part of this share is left out: devices that started together come apart. */
export const JITTER_SHARE = 1 / 4
/** News, a connection and a timer within so long are one collection. */
export const COLLECT_SOON_MS = 200
/** Letters that their taker did not take are fetched again after this, then twice as long, and so on to `COLLECT_EVERY_MS`. */
export const TRY_AGAIN_MS = 1 * MINUTE
/** One that refused, or has not answered yet, is asked again: doors change, and introducers make room. */
export const ASK_AGAIN_MS = 1 * HOUR
/** A holder that did not answer for so long is named in our card no more. */
export const UNREACHABLE_IN_CARD_MS = 3 * DAY
/** Connecting to a holder: longer than a race over all its addresses. */
export const CONNECT_TIMEOUT_MS = 20 * SECOND
/** Pages of one collection: 512 MiB. A holder that always has more is lying. */
export const MAX_PAGES = 512
/** Letters that open to nothing, in one collection, before it ends: they cost this device, and whoever made them nothing. */
export const MAX_GARBAGE = 1_024
/** Digests of letters that were taken, so that none is taken twice: three weeks of the busiest mailbox. */
export const MAX_REMEMBERED = 65_536

// Keys

/** Keys that each device of a correspondent has of ours, unused: a long evening of writing to somebody who is away. */
export const KEYS_GIVEN = 64
/** Below this it asks for more. */
export const KEYS_LOW = 32
/** Of ours, not destroyed yet, for one device of somebody else: eight evenings within the week that a letter may be under way. */
export const MAX_KEYS_OF_DEVICE = 512
/** For all of them. 200 bytes each. */
export const MAX_KEYS = 131_072
/** One-time keys open nothing after this; who has one of ours does not seal to it in the last `SAFETY_MS` of it. */
export const KEY_LASTS_MS = 90 * DAY
/** As long as a letter is held, and a day for clocks that disagree and for collecting. */
export const SAFETY_MS = KEEP_MS + 1 * DAY
/** The mail key is made anew each week, and the old one destroyed two weeks later. */
export const WEEKLY_EVERY_MS = 7 * DAY
export const WEEKLY_KEPT_MS = 14 * DAY
/** What one device sees of others: all devices of all contacts and groups. */
export const MAX_CARDS = 8_192
/** A card is good for as long as the last one-time keys given with it. */
export const CARD_LASTS_MS = KEY_LASTS_MS
/** And is signed anew well before, so that those who meet us have a fresh one. */
export const CARD_EVERY_MS = 7 * DAY
/** Keys that go along with a letter: as many as an answer in the same hour uses up. */
export const MAX_KEYS_ALONG = 16
/** What one takes in a batch, with its names: 61 bytes; and what is around them: peer ids, a time, key and signature. */
export const KEY_IN_BATCH_BYTES = 64
export const AROUND_KEYS_BYTES = 384
/** Exchanges of keys under way at once: each is two signatures and up to 64 keys. */
export const EXCHANGES_AT_ONCE = 4
/** From one exchange that a device asks for to its next: it may lose one, and has 64 keys. */
export const EXCHANGE_PACE_MS = 2 * SECOND
export const EXCHANGE_BURST = 8

// Delivery

/** One letter to one device, over all its holders: whoever waits for it is an outbox, and others wait behind it. */
export const DELIVER_TIMEOUT_MS = 60 * SECOND

// Housekeeping

/** What is too old is thrown away so often. */
export const SWEEP_EVERY_MS = 1 * HOUR
/** Changes within so long are told to windows as one. */
export const TELL_MS = 250

/** Letters of an address that goes into our card; an unusual one is longer, and then others are there. */
export const MAX_ADDRESS_CHARS = 200
export const CARD_ROOM_BYTES = 5 * KiB
