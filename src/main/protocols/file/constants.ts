import { KiB, MINUTE, SECOND } from '../../../shared/units.ts'
import { CHUNK_BYTES } from '../../platform/hash-tree.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const FILE_PROTOCOL = '/latch/file/1.0.0'

/** Its kind, and the number of what it answers. */
export const REPLY_HEADER_BYTES = 5

/** An id has 52 letters; an answer to an opening has a hash and a few numbers. The rest is for later fields. */
export const MAX_MESSAGE_BYTES = 1 * KiB

/** Chunks in one request: 4 MiB, all that may be under way. */
export const MAX_RUN = 16
/** Requests that wait for their answer on one stream; whoever answers reads no further until there are fewer. */
export const MAX_REQUESTS_WAITING = 64
/** What may be asked and not here yet, so that a line of 25 ms is full at 160 MB/s; the frames let 1 MiB of it be on its way. */
export const MAX_CHUNKS_WAITING = 16
/** Chunks that are read from the disk before the one before them has left. */
export const READ_AHEAD = 3

/** The opening is sent with the stream: one round trip over a bad relay. */
export const OPENING_TIMEOUT_MS = 5 * SECOND
/** The other side may wait 6 s for our hello; and a slow relay lies between. */
export const ANSWER_TIMEOUT_MS = 15 * SECOND
/** Nothing asked for so long: the stream is ended by whoever serves it. Whoever asks and waits for its disk asks again before. */
export const IDLE_TIMEOUT_MS = 1 * MINUTE
/** A chunk that nobody takes, or that does not come: 4 KiB a second is the least that a line must carry. */
export const CHUNK_TIMEOUT_MS = 1 * MINUTE

export const FILE_TERMS: ProtocolTerms = {
  protocol: FILE_PROTOCOL,
  // Some files at once, each over one stream or two.
  maxInboundStreams: 12,
  maxFrameBytes: CHUNK_BYTES + REPLY_HEADER_BYTES,
  // A large file over a slow line takes hours; whoever does nothing is timed above.
  exchangeTimeoutMs: null,
  // What a relay carries is bounded by the relay; a picture is what somebody behind one may want.
  onRelay: true,
  eager: true,
}
