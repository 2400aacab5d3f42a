import { MAX_BLOCKS, MAX_LOCATOR } from '../../../protocols/ledger/index.ts'
import { KiB, MINUTE, MiB, SECOND } from '../../../../shared/units.ts'
import { MAX_REORGANISED_BLOCKS } from '../limits.ts'

/*
 * What a chain that comes from others may cost here, and when which way is taken. What one answer may carry is bounded
 * by the protocol.
 */

export interface SyncLimits {
  readonly snapshotAbove: number
  readonly snapshotBelow: number
  readonly behindBlocks: number
  readonly sources: number
  readonly aheadBlocks: number
  readonly aheadBytes: number
  readonly perRequest: number
  readonly locator: number
  readonly slowMs: number
  readonly greetEveryMs: number
  readonly asideMs: number
  readonly busyMs: number
  readonly graceMs: number
  readonly reorganised: number
}

export const LIMITS: SyncLimits = {
  /**
   * A node with nothing yet asks for a snapshot when it is this many blocks behind. Below that, all blocks take some
   * seconds (measured: 600 a second on two cores that others used too), and the node has the whole history.
   */
  snapshotAbove: 5_000,
  /** A snapshot is of a block so far below the head: nothing below it can be taken back, and a cut may just have healed. */
  snapshotBelow: 128,
  /**
   * Blocks that a proven chain must be ahead before names are not answered any more: gossip and this protocol race for
   * every new block, and one or two are on their way.
   */
  behindBlocks: 3,
  /** Peers that bodies are asked of at once: the slowest of four is passed by the others, and more share one line anyway. */
  sources: 4,
  /** Bodies that are fetched before their turn: what four peers have under way, twice. */
  aheadBlocks: 16 * MAX_BLOCKS,
  /** And their bytes, as ten thousand full entries would be 16 MiB. */
  aheadBytes: 32 * MiB,
  perRequest: MAX_BLOCKS,
  locator: MAX_LOCATOR,
  /** A block that was asked for so long ago is asked of another too: several round trips over a bad relay. */
  slowMs: 4 * SECOND,
  /** Everybody is asked for their head again about so often, for what gossip lost. */
  greetEveryMs: 1 * MINUTE,
  /** Who did not answer is not asked for so long; twice as long each time, up to a hundred times. */
  asideMs: 5 * SECOND,
  /** And who was busy. */
  busyMs: 1 * SECOND,
  /**
   * A head that is new, and near, is most likely on its way by gossip: the block is not asked for before this. Gossip takes
   * tens of ms, and a block that is lost is late by less than half a slot.
   */
  graceMs: 400,
  reorganised: MAX_REORGANISED_BLOCKS,
}

/** So long what others only claim, and do not show, keeps a node from being ready that is level with somebody: one answer. */
export const CLAIMS_WAITED_MS = 1 * MINUTE

/** The most by which the wait for somebody who does not answer grows. */
export const MAX_ASIDE_FACTOR = 100

/** How long the thread may be kept by one batch of blocks: one picture of the window. */
export const TURN_MS = 16
/** Blocks of one durable step, and of one round of verifying signatures. */
export const MAX_BATCH_BLOCKS = 256
/** And their bytes. */
export const MAX_BATCH_BYTES = 4 * MiB

/** Requests for blocks to one peer at a time: while one is answered, the other is on its way. */
export const STREAMS_OF_ONE = 2
/** A peer that was busy so often in a row is left out of this run. */
export const MAX_BUSY = 5

/** Pools are compared with a peer no more often than this, but for when it came over to our chain. */
export const POOL_EVERY_MS = 40 * SECOND
/** Ids of entries that were fetched from pools, so that what is refused here is not fetched every minute. */
export const MAX_FETCHED = 20_000
/** After so long it may be asked for again: what was too early may be ripe. */
export const FETCHED_MS = 5 * MINUTE

/** Who did not answer a greeting so often is not greeted again by itself. */
export const MAX_GREETINGS = 3

/** Peers of one network that are kept in mind: as many as a node has connections. */
export const MAX_PEERS = 1_000

// Served

/** Requests of one peer: a second of a fast sync at once, and then as many a second as eight streams of it need. */
export const REQUESTS_AT_ONCE = 200
export const REQUESTS_A_SECOND = 50
/** So many bytes of blocks count as one request more: 12 MiB a second of each peer. */
export const BYTES_OF_ONE = 256 * KiB
/** What all ids of a pool count: some ms of work, and asked for once in 40 s. */
export const POOL_COST = 20
/** Peers whose requests are counted. */
export const MAX_COUNTED = 1_000
/** Snapshots that are sent at once, to everybody together: each is up to 256 MiB, made while it is sent. */
export const SNAPSHOTS_AT_ONCE = 2
/** A served snapshot is used again until the chain has grown by so much. */
export const SNAPSHOT_KEPT_BLOCKS = 512
/** Blocks that are checked for somebody: as far as states can be had, and some ten seconds of one core. */
export const MAX_VALIDATED_BLOCKS = 10_000
/** For one check; whoever asked waits a little longer. */
export const VALIDATION_MS = 60 * SECOND
/** A peer may ask for two checks, and then for one more so often. */
export const VALIDATIONS_AT_ONCE = 2
export const VALIDATION_EVERY_MS = 10 * SECOND
/** After a check nobody gets another for so many times as long: it is done in this thread, which has other things to do. */
export const VALIDATION_REST = 4
/** What is prepared of an answer between two turns of the event loop. */
export const SERVE_TURN_MS = 8

// Points of a hundred

/** Did not answer in time, on a line that stood: a bad one does that too. */
export const UNFINISHED_POINTS = 2
/** What no Latch says. */
export const NONSENSE_POINTS = 20
/** A head, and no chain that leads there. */
export const CLAIM_POINTS = 20
/** Headers that nobody certified; blocks, entries or a snapshot that are not what they were asked for. */
export const FALSE_POINTS = 50
