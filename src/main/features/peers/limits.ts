import { DAY, KiB, MINUTE, SECOND } from '../../../shared/units.ts'

/** Peers remembered. A list that a person can look through, and a few hundred kB; strangers go first. */
export const MAX_PEERS = 1_000

/**
 * Peers of which libp2p may keep a record, some 1 to 8 kB each: those we remember, and as many that the DHT heard of.
 * Each of them was written by a stranger.
 */
export const MAX_STORED = 2 * MAX_PEERS

/** How often libp2p's records are counted. At 20 new connections a second from one address, 6,000 more. */
export const SWEEP_EVERY_MS = 5 * MINUTE

/** Addresses kept for one peer: a laptop with three networks and four transports has some twelve. */
export const MAX_ADDRESSES = 16

/** Protocols shown of what a peer says it speaks. */
export const MAX_PROTOCOLS = 64

/** The longest agent string shown. */
export const MAX_AGENT_CHARACTERS = 64

/** One try to connect, over all of a peer's addresses: longer than libp2p's 10 s, which then says why. */
export const DIAL_TIMEOUT_MS = 15 * SECOND

/** Dials of keep-alive at once; after a night's sleep every contact is due. */
export const MAX_PARALLEL_DIALS = 16

/** First wait after a connection dropped or a dial failed; doubles each time. */
export const FIRST_WAIT_MS = SECOND

/** The longest wait: somebody who comes back is noticed within it, should mDNS and their own dialling both fail. */
export const LONGEST_WAIT_MS = 5 * MINUTE

/** A connection that held this long was a good one: the next wait starts from the first again. */
export const SETTLED_MS = 30 * SECOND

/** How often the round trip of each connection is measured. */
export const RTT_EVERY_MS = 15 * SECOND

/** A change of the round trip below this share is not worth telling a window. */
export const RTT_NEWS_SHARE = 0.2

/** How often clocks and network interfaces are looked at, for a sleep or another network. */
export const LOOK_EVERY_MS = 5 * SECOND

/** An invitation's bytes before base64url: it is to fit a QR code of moderate size. */
export const MAX_INVITATION_BYTES = 2 * KiB

/** Addresses in an invitation: a few of each network; more make the link long, not better. */
export const MAX_INVITATION_ADDRESSES = 8

/** Introducers named in an invitation: one record keeps its QR code readable, and an introducer names others itself. */
export const MAX_INVITATION_INTRODUCERS = 1

/** Introducers that an invitation may name: before they named each other, Latch put two into it. */
export const MAX_READ_INTRODUCERS = 2

/** What an introducer says of itself, signed: some 250 bytes with two addresses, and room for long names of hosts. */
export const MAX_INTRODUCER_RECORD_BYTES = 600

/** Where an invitation grows too long, introducers are left out only when no more addresses than this are in it. */
export const FEW_INVITATION_ADDRESSES = 3

/** Times of an invitation further ahead than this were not made by Latch. */
export const MAX_INVITATION_LASTS_MS = 31 * DAY

/** Strangers on the local network that are dialled unasked within GREET_AGAIN_MS, to learn who they are. */
export const MAX_LAN_STRANGERS = 32

/** How long the higher of two peer ids leaves the lower one to dial, when both hear of each other at once. */
export const LAN_COURTESY_MS = 2 * SECOND

/** A stranger on the local network that was dialled once is left alone this long, whatever came of it. */
export const GREET_AGAIN_MS = 5 * MINUTE

/** What a peer says of itself is taken in this often, however often it says it: each time is a write to the disk. */
export const LEARN_EVERY_MS = 5 * SECOND

/** A round trip longer than this is none. */
export const RTT_TIMEOUT_MS = 10 * SECOND

/** A peer that was not announced for this long, of announcements every 10 s, was away, and is worth a dial at once. */
export const SILENT_MS = 35 * SECOND

/**
 * The next address of a peer is tried when the one before has not answered for so long. RFC 8305 has 250 ms, for a
 * handshake of one round trip; ours take four to six, and a try costs little.
 */
export const NEXT_TRY_AFTER_MS = 150

/** A direct address of somebody near, or with an open port, answers within this; then no introducer is bothered. */
export const RELAYED_TRY_AFTER_MS = 300

/** Addresses of one peer tried at once. */
export const MAX_TRIES_AT_ONCE = 8

/** One address, as long as libp2p gives it: ten round trips to the other side of the world. */
export const TRY_TIMEOUT_MS = 6 * SECOND

/** Addresses of one peer tried at all; introducers and the DHT pass on what others told them. */
export const MAX_RACE_ADDRESSES = 32

/** A look-up in the DHT asks tens of strangers: only when no known address has answered for so long. */
export const FIND_AFTER_MS = SECOND / 2

/** Introducers and the DHT are waited for so long; a person waits for the answer that nobody knows. */
export const LOOK_UP_TIMEOUT_MS = 5 * SECOND

/**
 * The first dial after a connection was lost comes within this, at random: all contacts of an introducer that was
 * restarted would otherwise come in one breath.
 */
export const REDIAL_WITHIN_MS = SECOND

/** A circuit that was cut at its limit is dialled again at once, but for one that is cut over and over. */
export const CUT_AGAIN_MS = SECOND

/** Bytes that may be on the way when a relay cuts, so that its count and ours differ: two windows of Yamux. */
export const UNDER_WAY_BYTES = 2 * 1024 * KiB

/** How often what is left of circuits is looked at, and of which change it is told. */
export const FUEL_EVERY_MS = 2 * SECOND
export const FUEL_NEWS_SHARE = 0.02

/** Connections that do not answer within this after a sleep, or in another network, are cut. */
export const WEED_WITHIN_MS = 3 * SECOND
