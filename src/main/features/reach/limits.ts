import { DAY, HOUR, KiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** Introducers remembered: a list that a person can look through. Those that were learnt are strangers' words. */
export const MAX_INTRODUCERS = 32

/** Of those, named by any one introducer: no single one fills the list with its own. */
export const MAX_VOUCHED = 8

/** Introducers of which a person said that they are to be forgotten, so that nobody's word brings them back. */
export const MAX_FORGOTTEN = 64

/** Addresses kept of one introducer, those that were typed in among them. */
export const MAX_INTRODUCER_ADDRESSES = 16

/** A clock may be this far off: a record is not called expired, nor issued in the future, for less. */
export const CLOCK_TOLERANCE_MS = 2 * MINUTE

/** How often it is looked whose word is over. Records live for weeks. */
export const SWEEP_EVERY_MS = HOUR

/** Introducers connected at once: one may die while another restarts, and somebody is still found at the third. */
export const CONNECTED_INTRODUCERS = 3

/** Places held at once: when one introducer dies, others come through the second while a third is asked. */
export const PLACES = 2

/** Fewer than this many of the chosen introducers, and the learnt ones, which nobody here chose, are used as well. */
export const ENOUGH_CHOSEN = 2

/** The nearest holds its place unless another is nearer by this share: round trips vary by as much from day to day. */
export const NEARER_SHARE = 0.3

/** A connection that held this long was a good one: the next wait starts from the first again. */
export const SETTLED_MS = MINUTE

/**
 * Within this time, at random, the peers of a restarted introducer come back to it: 200 of them are 40 in a second,
 * each some 5 ms of handshake.
 */
export const SPREAD_MS = 5 * SECOND

/** The longest wait between two tries of one introducer: one that comes back is noticed within it. */
export const LONGEST_WAIT_MS = 5 * MINUTE

/** Connecting to an introducer, to its description: over a bad line a dial takes 10 s and an answer a few more. */
export const CONNECT_TIMEOUT_MS = 20 * SECOND

/** One exchange with an introducer, or one request for a place; the protocol has its own 10 s. */
export const EXCHANGE_TIMEOUT_MS = 12 * SECOND

/** A round trip longer than this is none. */
export const PING_TIMEOUT_MS = 5 * SECOND

/** How often a connected introducer is asked again who it is: its record is signed anew, others come and go. */
export const DESCRIBE_EVERY_MS = 30 * MINUTE

/** What is held at an introducer is renewed when this share of its life is over: two more tries fit in the rest. */
export const RENEW_SHARE = 2 / 3

/** Of that, up to this share earlier, at random: those who came together do not renew together. */
export const RENEW_JITTER = 0.1

/** How long a registration is asked for: who goes without a word is looked for at old addresses no longer than this. */
export const REGISTRATION_LASTS_MS = HOUR

/** A place at an introducer lasts no longer, whatever it says: libp2p's relays give 2 h. */
export const MAX_PLACE_LASTS_MS = DAY

/** And nothing lasts shorter: an introducer that says so would have us ask all the time. */
export const LEAST_LASTS_MS = MINUTE

/** Addresses and names change in bursts, a few at once when a network comes up: one registration for all of them. */
export const REGISTER_SETTLE_MS = SECOND

/** An introducer that refused is asked again after this, doubling to the longest: places come free by the hour. */
export const REFUSED_WAIT_MS = MINUTE
export const LONGEST_REFUSED_WAIT_MS = 15 * MINUTE

/** A place that is lost as soon as it is given is not asked for more often than this. */
export const PLACE_AGAIN_MS = 5 * SECOND

/** A stream for notices that ended while the connection holds is opened again after this. */
export const ATTEND_AGAIN_MS = MINUTE

/** Notices of an introducer that are heeded: it has one thing to say, once, or once more when it thought better of it. */
export const NOTICE_EVERY_MS = SECOND

/** Notices that are passed over before the stream is given up until ATTEND_AGAIN_MS is over. */
export const MAX_IDLE_NOTICES = 16

/** An introducer that is about to go is left alone this much longer than it said. */
export const DRAIN_GRACE_MS = 5 * SECOND

/** Notices of an end further ahead than this were not made by Latch. */
export const MAX_DRAIN_MS = HOUR

/** After another network or a sleep, connections that drop are made again without waiting, for this long. */
export const HURRY_MS = 15 * SECOND

/** A connection that does not answer within this after another network or a sleep is a dead one. */
export const WEED_WITHIN_MS = 3 * SECOND

/** What is said at parting has this long: nobody waits longer for Latch to stop. */
export const GOODBYE_TIMEOUT_MS = SECOND

/** One introducer's answer to where somebody is; whoever is slower is not waited for. */
export const LOCATE_TIMEOUT_MS = 6 * SECOND

/** Searches at one introducer at once: it takes eight streams, and some are for other things. Others wait. */
export const LOCATES_AT_ONCE = 3

/** Introducers that connect within this after a search began are asked as well: a start, a wake from sleep. */
export const LOCATE_PATIENCE_MS = 4 * SECOND

/** Ports are tried from outside no more often than this, unless they or the address changed. */
export const PROBE_EVERY_MS = 5 * MINUTE

/** And then not more often than this either: an introducer probes one device every 20 s. */
export const PROBE_LEAST_MS = 25 * SECOND

/** How often the NAT is looked at anew. Routers restart at night and change their ways with it. */
export const NAT_EVERY_MS = 30 * MINUTE

/** Two looks at the NAT are this far apart, however often the network says that it changed. */
export const NAT_LEAST_MS = 5 * SECOND

/** All questions of one look: RFC 8489 gives up on one after 39.5 s; here it is lost if 3 tries in 3 s are. */
export const NAT_TIMEOUT_MS = 6 * SECOND

/** STUN servers asked, and told to WebRTC: more make gathering slower, not better. */
export const MAX_STUN_SERVERS = 4

/** How long `check` waits for all that it began; a person is watching. */
export const CHECK_TIMEOUT_MS = 10 * SECOND

/** Attempts remembered: the last few minutes of a busy device, and what fits into a report. */
export const MAX_ATTEMPTS = 100

/** Tries to get away from the relay at once; after a night's sleep every contact is due. */
export const MAX_UPGRADES = 8

/** Direct addresses tried of one peer: three networks and a few transports. */
export const MAX_DIRECT_TRIES = 8

/** Addresses dialled in one try, with those that became known while it ran. */
export const MAX_RACE = 12

/** One direct address: libp2p's own bound for a dial. */
export const DIRECT_TIMEOUT_MS = 6 * SECOND

/** `/webrtc` starts this much later than direct addresses: one that works answers sooner, and is better. */
export const WEBRTC_AFTER_MS = 400

/** Once a direct connection is there, a dial that may have made it has this long to say so; the others are given up. */
export const RACE_GRACE_MS = SECOND

/** Both sides could begin; the one that dialled the circuit does, and the other only this much later. */
export const WEBRTC_COURTESY_MS = 3 * SECOND

/** ICE takes 0.1 to 6 s where it succeeds (libp2p.md, W4), over a relay of 200 ms a few round trips more. */
export const WEBRTC_TIMEOUT_MS = 12 * SECOND

/**
 * A dial that is silent for so long is made once more beside it. One in some ten of the library's fails at once and
 * says so only at the end of its time: it waits for a channel of a connection that is closed already.
 */
export const WEBRTC_BESIDE_MS = 3 * SECOND

/** Waits between the tries; the last of them again and again. A network may change without a word of it. */
export const UPGRADE_WAITS_MS: readonly number[] = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE]

/** Each wait is this much longer or shorter, at random: both sides would otherwise try in step. */
export const UPGRADE_JITTER = 0.2

/** News of addresses starts a try at once, but not sooner after the last one than this: anybody can make up news. */
export const UPGRADE_LEAST_MS = 2 * SECOND

/** How often it is looked who is still only relayed, and wanted: what is wanted changes without a word. */
export const LOOK_EVERY_MS = 5 * SECOND

/** The next circuit is opened when less than this share of the bytes is left… */
export const LOW_DATA_SHARE = 0.25
/** …or less than this: a file's outstanding credit, and what is under way. */
export const LOW_DATA_BYTES = 512 * KiB
/** …or less than this time would use at the present speed: opening a circuit over a slow line takes seconds. */
export const LOW_DATA_MS = 5 * SECOND
/**
 * But not before some more than half was used: on a small circuit the next would be due at once, and the next again.
 * And open work moves to a circuit that may carry twice as much (platform/choice.ts), or not at all.
 */
export const LATEST_SHARE = 0.45

/** The same for time. */
export const LOW_TIME_SHARE = 0.1
export const LOW_TIME_MS = 15 * SECOND

/** The side that did not dial waits until this share of those is left: by then the dialler has failed. */
export const OTHER_SIDE_SHARE = 1 / 3

/** What a circuit carries at most, in bytes a second: measured on one machine. Says how soon to look again. */
export const FASTEST_BYTES_PER_SECOND = 150_000_000

/** How soon a circuit is looked at again: a look costs microseconds, and wakes the machine; and how late. */
export const SOONEST_LOOK_MS = 10
export const LATEST_LOOK_MS = SECOND

/**
 * Slower than a voice, it counts as idle, and is looked at less often: a file that begins to flow at 10 MB/s has taken
 * half of 1 MiB by then.
 */
export const IDLE_BYTES_PER_SECOND = 2_000
export const SOONEST_IDLE_LOOK_MS = 50

/** What is taken for the present speed falls to half in this time once nothing is sent. */
export const SPEED_HALVES_MS = SECOND

/** One circuit's opening; after that another introducer is tried. */
export const CIRCUIT_TIMEOUT_MS = 8 * SECOND

/** After no introducer gave a further circuit: the first wait, doubling to the longest while the old one lives. */
export const CIRCUIT_WAIT_MS = SECOND
export const LONGEST_CIRCUIT_WAIT_MS = 30 * SECOND

/** When an introducer is about to stop, the side that dialled a circuit moves it; the other begins this much later. */
export const DRAIN_COURTESY_MS = 5 * SECOND

/** When less than this is left of the circuit that took over, the one before it is closed, whatever is still on it. */
export const WELL_USED_SHARE = 0.75

/** A hand-over that is due and has no room, or is not wanted, is looked at again after this. */
export const NO_ROOM_LOOK_MS = 100

/**
 * For want of time, one peer's next circuit is opened no sooner than this after the last: an introducer that gives a
 * second each time would have two of them open circuits without end. What is short of bytes says how busy it is itself.
 */
export const TIMED_HANDOVER_LEAST_MS = 5 * SECOND

/** Circuits to one peer: the one in use and the next. */
export const MAX_CIRCUITS = 2

/** Other introducers tried for the next circuit. */
export const MAX_CIRCUIT_TRIES = 4
