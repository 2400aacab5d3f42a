import { KiB, MiB, MINUTE, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

/** It does not name the site: identify tells every stranger the protocols, and so would tell which copies there are. */
export const COPY_PROTOCOL = '/latch/copy/1.0.0'

/** A CID of version 1: dag-pb or raw, SHA-256. Nothing else is asked for or given. */
export const CID_BYTES = 36

/** As in all of IPFS. Latch cuts files into 256 KiB; others who make such trees take up to 2 MiB. */
export const MAX_BLOCK_BYTES = 2 * MiB

/** Of a block in one frame: whoever answers holds no more than this for each stream, and whoever asks sees it move. */
export const MAX_PIECE_BYTES = 64 * KiB

/** Its kind, and the number of what it answers. */
export const REPLY_HEADER_BYTES = 5

/** The longest name has 253 letters, and 64 CIDs have 2.5 KB. The rest is for later fields. */
export const MAX_REQUEST_BYTES = 8 * KiB

/** Twenty peer ids of up to 64 letters. The rest is for later fields. */
export const MAX_ANSWER_BYTES = 4 * KiB

/** CIDs in one frame: an answer of 64 times 256 KiB is longer on its way than any round trip. */
export const MAX_WANTS_PER_FRAME = 64
/** Wants that wait for their answer on one stream; whoever answers reads no further until there are fewer. */
export const MAX_WANTS_WAITING = 256
/** Behind a block of so much, the next is read while it is on its way: ours are no larger, and of larger ones one is enough to hold. */
export const MAX_AHEAD_BYTES = 256 * KiB
/**
 * Wants of one stream that are answered with `none`: who reads a tree wants what is of it. Where a copy is dropped while somebody
 * reads it, some dozens are on their way; each costs whoever answers more than whoever asks.
 */
export const MAX_NONES_GIVEN = 128
/** Numbers of wants; a stream that has used them up is closed: that is a petabyte. */
export const MAX_NUMBER = 2 ** 32 - 1
/** Peers in one answer of who has something: more than anybody asks. */
export const MAX_WHO = 20

/** The opening is sent with the stream: one round trip over a bad relay. */
export const OPENING_TIMEOUT_MS = 5 * SECOND
/** The other side may wait 6 s for our hello, and then ask its door; and a slow relay lies between. */
export const ANSWER_TIMEOUT_MS = 15 * SECOND
/** Nothing asked for so long: the stream is ended by whoever serves it. Whoever asks lets go of it before. */
export const IDLE_TIMEOUT_MS = 2 * MINUTE
/** A piece that nobody takes: its reader is gone, or reads so slowly that 64 KiB take this long. */
export const WRITE_TIMEOUT_MS = 1 * MINUTE

export const COPY_TERMS: ProtocolTerms = {
  protocol: COPY_PROTOCOL,
  // One for each site that is read or kept from this device, and the questions who has what.
  maxInboundStreams: 16,
  maxFrameBytes: MAX_PIECE_BYTES + REPLY_HEADER_BYTES,
  // A large copy over a slow line takes hours; whoever does nothing is timed above.
  exchangeTimeoutMs: null,
  // What a relay carries is bounded by the relay; a page of a few KiB is what somebody behind one may want.
  onRelay: true,
  // The opening goes out with the choice of the protocol: a page from a copy begins a round trip earlier.
  eager: true,
}
