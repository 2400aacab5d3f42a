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

/** The longest address taken: a relayed one with two peer ids and a certificate hash has some 300 characters. */
export const MAX_ADDRESS_CHARACTERS = 512

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

/** Two connections that crossed live this long together, so that what began on either can end. */
export const TWINS_GRACE_MS = 3 * SECOND

/** An invitation's bytes before base64url: it is to fit a QR code of moderate size. */
export const MAX_INVITATION_BYTES = 2 * KiB

/** Addresses in an invitation: a few of each network; more make the link long, not better. */
export const MAX_INVITATION_ADDRESSES = 8

/** Introducers named in an invitation: the second for when the first is gone. */
export const MAX_INVITATION_INTRODUCERS = 2

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
