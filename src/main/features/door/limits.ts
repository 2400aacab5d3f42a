import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/units.ts'

/*
 * Every bound on what a stranger can make this door do, remember or ask, each with its reason.
 */

// Questions before a person

/** More than three cards are not read but clicked away. */
export const MAX_SHOWN = 3
/** Long enough to look up and think, short enough that the sender can wait and watch. Then it is denied once. */
export const ANSWER_WITHIN_MS = 60 * SECOND
/** As many as three places empty in a quarter of an hour if nobody answers anything; beyond, a knock costs work. */
export const MAX_WAITING = 50
/** Places behind those fifty that only contacts may take: a flood of strangers does not lock out a friend. */
export const CONTACT_RESERVE = 10
/**
 * Places that only work buys, at a price that rises as they fill. With them there are 103 questions at most, about 2
 * KiB each.
 */
export const MAX_PAID_WAITING = 40
/** A question that has not been shown by then is missed: its sender has long turned to something else. */
export const QUEUED_FOR_MS = 5 * MINUTE
/** One account has one question for each capability, and not many of those: a program asks for what it needs now. */
export const MAX_QUESTIONS_PER_ACCOUNT = 3
/** Knocks that wait for the verdict of one question: the devices of a person, each once, and some to spare. */
export const MAX_KNOCKS_PER_QUESTION = 8

/**
 * Requests that join a question are written down and shown together after this long: thousands a second then cost four
 * writes and four events for each of 103 questions.
 */
export const JOINS_WRITTEN_MS = 250

/** Refusals of one account that are remembered; a mute is decided by three of them. */
export const MAX_DENIALS_KEPT = 16
/** Accounts with remembered refusals. Each took a click of a person, so there are few. */
export const MAX_DENIED_ACCOUNTS = 1_000

/** An answer given in error can be taken back for this long. */
export const UNDO_WITHIN_MS = 10 * SECOND
/** A question that comes back by undo can be read and answered again in this time, however late it was answered. */
export const UNDO_LEAVES_MS = 10 * SECOND

/** Three refusals within ten minutes say clearly enough that this account need not ask again soon. */
export const MUTE_AFTER_DENIALS = 3
export const MUTE_WINDOW_MS = 10 * MINUTE
export const MUTE_FOR_MS = 1 * HOUR

/**
 * Pages that come from a copy have no connection that ends: what is allowed once to them is over when they asked for
 * nothing for so long. A page that somebody reads asks again within it.
 */
export const PAGES_LAST_MS = 10 * MINUTE

// Work

/** About 50 ms of one core: nothing for one knock, five minutes of it for 10,000. */
export const BASE_WORK_BITS = 16
/** Each of these further paid places doubles the price. */
export const PLACES_PER_WORK_BIT = 5
/** What this device solves unasked: a second or two. Above it, the person is told that the other is busy. */
export const MAX_SOLVED_BITS = 20
/** Work done for a salt older than two of these counts for nothing: no store of work is laid up in advance. */
export const SALT_LASTS_MS = 10 * MINUTE

// Time given to others

/** Within the five seconds of a knock's exchange, so that a status still gets out. */
export const KNOCK_PROOF_TIMEOUT_MS = 3 * SECOND
/** What a guarded stream waits for the hello that runs beside it. */
export const GUARD_PROOF_TIMEOUT_MS = 5 * SECOND
/** The verdict of a person may still be on its way when their time is up. */
export const VERDICT_GRACE_MS = 5 * SECOND

// What is kept

/** A person has dozens of rules, an imported list hundreds. Each is 300 bytes in memory, and in every window. */
export const MAX_RULES = 2_000

/** What the window lists. */
export const MAX_RECENT = 100
/** One caller does not push the others off that list. */
export const MAX_RECENT_PER_ACCOUNT = 5
export const RECENT_FOR_MS = 7 * DAY
/** Accounts whose knocks are counted ("the fourth time"): 100 bytes each; the longest unseen go first. */
export const MAX_CALLERS = 5_000
export const MAX_SENT = 200
/** Verdicts that could not be delivered, 400 bytes each; a sender that stays away longer asks again. */
export const MAX_UNDELIVERED = 500
export const UNDELIVERED_FOR_MS = 7 * DAY
/** Invitations open at once. Each knock with a token is compared with all of them. */
export const MAX_TOKENS = 256
/** 300 bytes a line: 30 MB, years of ordinary use. Older lines are dropped, and the chain starts at an anchor. */
export const MAX_LOG_LINES = 100_000
/** The same line again within this time is not written again: a chat that reconnects is one decision. */
export const LOG_REPEAT_MS = 1 * MINUTE
/**
 * What visitors of a site were let in for is written together, so long after the first of it: a page asks for fifty files, and each
 * write on its own waits for the disk, for milliseconds. A process that is ended meanwhile loses these lines, and no other.
 */
export const LOG_TOGETHER_MS = 100
/** At most so many: what a stranger asks for does not grow in memory, and 100 lines take less than a frame. */
export const MAX_LOG_TOGETHER = 100
/** Refusals that strangers cause: this many at once, then this many a second; the rest are counted, not listed. */
export const LOG_REFUSALS_BURST = 120
export const LOG_REFUSALS_PER_SECOND = 1
/** What rules let in of one account, each path a line of its own: a visit of a site, then one line in ten seconds. */
export const LOG_ADMISSIONS_BURST = 300
export const LOG_ADMISSIONS_PER_SECOND = 0.1
/**
 * What a person wants to be told of, of one account: 5 requests a second, each for another thing, would push everything
 * else out of the log within hours. Nobody reads more than one a second.
 */
export const LOG_TOLD_BURST = 1_000
export const LOG_TOLD_PER_SECOND = 1

// What is made of the log

/** As far back as a rule is tried on what happened. */
export const REHEARSED_DECISIONS = 1_000
/** A year of answers, for somebody who is asked three times a day. */
export const SUGGESTING_ANSWERS = 1_000
/** Suggestions that are not made again; whoever declines more may be asked about the oldest once more. */
export const MAX_DECLINED = 1_000

// Streams and conduct

/** How long a new device of a blocked account may go unnoticed at the gate; its streams are refused all the same. */
export const BLOCKED_DEVICES_LAST_MS = 5 * SECOND

/** A person causes a handful of streams; an app that reconnects, a dozen. */
export const PEER_BURST = 60
export const PEER_PER_SECOND = 5
/** A household, an office or a carrier behind one address, and less than a machine that invents peer ids. */
export const SUBNET_BURST = 300
export const SUBNET_PER_SECOND = 20
/** Buckets that are kept; a full one is as good as none and goes first. */
export const MAX_BUCKETS = 10_000
/** What a stream of a throttled peer costs, where others pay one. */
export const THROTTLED_COST = 4
/** Points lost for a stream above the peer's own rate. */
export const OVERRUN_POINTS = 1

/** Peers whose conduct is remembered; the best among them are forgotten first. */
export const MAX_STANDINGS = 10_000
export const THROTTLED_BELOW = 70
export const DISCONNECTED_BELOW = 40
export const BANNED_BELOW = 10
export const BANNED_FOR_MS = 1 * HOUR
/** One point: the worst conduct is forgotten in less than two hours. */
export const HEALS_ONE_POINT_MS = 1 * MINUTE
/** As many as the window shows. */
export const MAX_REASONS = 8
/**
 * Connections whose admissions are remembered, to be taken back when a rule changes; contacts have some more of their
 * own, so that whoever is let in with everybody does not keep them out.
 */
export const MAX_ADMITTED = 2_000
export const ADMITTED_CONTACT_RESERVE = 200
/**
 * Different requests remembered of one connection, 1 KiB each at most. Of more, the oldest that named something is
 * forgotten: it is an exchange of seconds, long over.
 */
export const MAX_ADMITTED_OF_CONNECTION = 32
