import { DAY, KiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

/**
 * Validators of one network: each sends to each other in each slot, so that 64 make some 8,000 messages of a decision.
 * It also bounds every list of signatures before one of them is looked at.
 */
export const MAX_VALIDATORS = 64

export const SESSION_BYTES = 32
export const SIGNATURE_BYTES = 64
/** Ed25519, raw. */
export const KEY_BYTES = 32

/** A block's CID, binary: version 1, dag-cbor, SHA-256 of 32 bytes. Of one length, so that signed bytes have one reading. */
export const VALUE_PREFIX: readonly number[] = [0x01, 0x71, 0x12, 0x20]
export const VALUE_BYTES = 36

/**
 * A block: 512 KiB of entries, some 1,500 of 350 bytes, and what is around them. Every validator sends it to every other
 * that may lack it. A ledger that made larger ones could not have them decided, and would stand still.
 */
export const MAX_PAYLOAD_BYTES = 576 * KiB

/** A block, and twice 64 signatures with 30 bytes of names around each. The rest is room for later fields. */
export const MAX_FRAME_BYTES = 608 * KiB

/** No slot is so long; a number beyond it is nonsense and would spoil the figures of delay. */
export const MAX_OFFSET_MS = 1 * DAY

/** For one frame to be taken by the transport: far above any round that is worth having; then the channel is dropped. */
export const WRITE_TIMEOUT_MS = 10 * SECOND

/** Bytes that wait to be written to one validator: three blocks. One that takes nothing costs no more than this. */
export const MAX_WAITING_BYTES = 3 * MAX_FRAME_BYTES

/** Frames likewise: a slot makes at most five to one validator (two values, a quorum, a commit, and one to spare). */
export const MAX_WAITING_FRAMES = 64

export const CONSENSUS_TERMS: ProtocolTerms = {
  protocol: '/latch/consensus/1.0.0',
  // Each side opens one for what it says; the second is for the moment in which an old one is not yet known to be gone.
  maxInboundStreams: 2,
  maxFrameBytes: MAX_FRAME_BYTES,
  // It lives as long as the connection: opening one costs two round trips, which a round would have to pay for.
  exchangeTimeoutMs: null,
  // A relay adds its delay to every message and cuts circuits off: neither is a link that a round may be built on.
  onRelay: false,
}
