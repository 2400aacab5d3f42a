/*
 * /latch/ledger/1.0.0: how chains travel. Every stream is one request, the frames of its answer, and both ends.
 *
 *   asker                                another node of the same network
 *     | -- head {network, head} ---------------> |
 *     | <- head {id, height, weight} ----------- |   (or unknown: it follows another)
 *     | -- headers {locator} ------------------> |
 *     | <- common {common, head} --------------- |
 *     | <- headers {[header, certificate], …} -- |   many frames, upwards, at most 2,000 headers
 *     | -- blocks {ids} -----------------------> |   of several nodes at once
 *     | <- block {block} | missing {id} -------- |   in the order asked
 *     | -- snapshot | pool | entries | validate  |
 *
 * Proven here: the device at each end (Noise), forms and bounds, and that a genesis is the one that was asked for. Not
 * proven here: anything a header, a block, a snapshot or a head says; features/ledger/sync checks each before it counts.
 * Drawn with its bytes in docs/wire/chain.md.
 */
export {
  HEADERS_PER_FRAME,
  LEDGER_PROTOCOL,
  LEDGER_TERMS,
  MAX_BLOCKS,
  MAX_BLOCKS_BYTES,
  MAX_ENTRIES,
  MAX_HEADERS,
  MAX_LIST_BYTES,
  MAX_LOCATOR,
  MAX_POOL_IDS,
  MAX_SNAPSHOT_BYTES,
  MAX_WHY_LENGTH,
  PIECE_BYTES,
} from './constants.ts'
export { LedgerProtocolError, NotServedError, UnfinishedError } from './errors.ts'
export {
  createLedgerProtocol,
  type HeadersAnswer,
  type LedgerProtocol,
  type SnapshotAnswer,
} from './ledger-protocol.ts'
export type { CertifiedHeader, Id, Reply, Request, Validated, WireHead } from './messages.ts'
export type { LedgerHandlers } from './serving.ts'
