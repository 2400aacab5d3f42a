import { KiB, MINUTE, MiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const LEDGER_PROTOCOL = '/latch/ledger/1.0.0'

/** SHA-256: networks, blocks, entries. */
export const ID_BYTES = 32

/** The longest request names 256 entries in 34 bytes each. The rest is room for later fields. */
export const MAX_REQUEST_BYTES = 16 * KiB

/** One block of the ledger is at most 1 MiB; the rest is what stands around it, and room for later fields. */
export const MAX_FRAME_BYTES = 1 * MiB + 64 * KiB

/** As the ledger bounds them. */
export const MAX_GENESIS_BYTES = 16 * KiB
export const MAX_HEADER_BYTES = 512
export const MAX_CERTIFICATE_BYTES = 20 * KiB
export const MAX_ENTRY_BYTES = 16 * KiB
export const MAX_BLOCK_BYTES = 1 * MiB

/** The ten newest, then twice as far each time: 2^50 blocks take 60. */
export const MAX_LOCATOR = 64
/** Headers of one answer. With seven signatures each they are some 2 MiB and take a quarter of a second to check. */
export const MAX_HEADERS = 2_000
/** Headers of one frame: checked within a few turns of the event loop. */
export const HEADERS_PER_FRAME = 100
/** What an answer of headers or of entries carries in all. Whoever asked asks on from there. */
export const MAX_LIST_BYTES = 4 * MiB
/** Blocks of one request: at 500 bytes each a round trip per 64 KiB, on two streams of each of four peers. */
export const MAX_BLOCKS = 128
/** What an answer of blocks carries in all, but for the one that goes beyond it. */
export const MAX_BLOCKS_BYTES = 4 * MiB
/** A part of a snapshot is cut into pieces, so that no frame need be larger than a block. */
export const PIECE_BYTES = 1 * MiB
/** Pieces of one part: a part holds at least one record, and that is at most 2 MiB. */
export const MAX_PIECES = 4
/** Half a million names. It is held whole before it can be checked; beyond that a node joins by blocks. */
export const MAX_SNAPSHOT_BYTES = 256 * MiB
/** Parts of one snapshot: any two neighbours hold 256 KiB together, so 2,049 fill it. */
export const MAX_SNAPSHOT_PARTS = 4_096
/** As many as a pool holds. */
export const MAX_POOL_IDS = 5_000
/** Entries of one request: 16 KiB each at most. */
export const MAX_ENTRIES = 256
/** A sentence about a chain. In UTF-16 units. */
export const MAX_WHY_LENGTH = 256

/** A request is one small frame, sent with the opening of the stream: a round trip over a bad relay. */
export const REQUEST_TIMEOUT_MS = 5 * SECOND
/** From the request to the first frame of its answer: a busy disk and a bad relay. */
export const FIRST_TIMEOUT_MS = 10 * SECOND
/** Each frame after that: a block at 70 KiB a second. */
export const FRAME_TIMEOUT_MS = 15 * SECOND
/** For one frame to be taken by whoever asked. */
export const WRITE_TIMEOUT_MS = 15 * SECOND
/** A whole answer of anything but what follows: 4 MiB at 70 KiB a second. */
export const ANSWER_TIMEOUT_MS = 1 * MINUTE
/** 256 MiB at 450 KiB a second. */
export const SNAPSHOT_TIMEOUT_MS = 10 * MINUTE
/** Slower than this, after half a minute, nobody sends a snapshot who means to: it would keep everything else waiting. */
export const SNAPSHOT_LEAST_BYTES_A_SECOND = 8 * KiB
export const SNAPSHOT_PACE_AFTER_MS = 30 * SECOND
/** A chain is checked while whoever asked waits for one frame. */
export const VALIDATE_TIMEOUT_MS = 90 * SECOND

export const LEDGER_TERMS: ProtocolTerms = {
  protocol: LEDGER_PROTOCOL,
  // Two requests for blocks, headers, the pool, a greeting, a validation; and two that are still closing.
  maxInboundStreams: 8,
  maxFrameBytes: MAX_FRAME_BYTES,
  // Each kind has its own time. This one is for whoever does not keep to it.
  exchangeTimeoutMs: SNAPSHOT_TIMEOUT_MS + 1 * MINUTE,
  // Who is behind a relay wants to know whose a name is too; what the relay carries is bounded by the relay.
  onRelay: true,
}
