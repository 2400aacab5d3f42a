import { KiB, MiB, MINUTE, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const LINK_PROTOCOL = '/latch/link/1.0.0'
/** Of the messages, said in the first of them. */
export const LINK_VERSION = 1

/** 128 bits, which nobody guesses and a QR code still holds. */
export const SECRET_BYTES = 16
export const NONCE_BYTES = 32
/** X25519. */
export const KEY_BYTES = 32
/** HMAC-SHA-256. */
export const PROOF_BYTES = 32
/** 33 bits: whoever wants to be taken for the other device has one guess in eight thousand million. */
export const WORDS = 3

/** UTF-16 units, as in a device list. */
export const MAX_LABEL_LENGTH = 64
/** As in a device list: room for what cleaning takes away, and no more. */
export const MAX_RAW_LABEL_LENGTH = 256

/** From opening the stream to a proof: three short messages over a bad relay. Nobody holds a place by silence for longer. */
export const PROOF_TIMEOUT_MS = 15 * SECOND
/** As long as a code lasts: a person compares words, and may have to walk to the other device. */
export const MAX_CODE_LASTS_MS = 10 * MINUTE
/** The account over a slow relay (4 KiB a second is the least that a line must carry), and a disk that syncs. */
export const HAND_OVER_TIMEOUT_MS = 5 * MINUTE

/** Of one frame. Before anybody proved anything, no more than this is held for them. */
export const MAX_LINK_FRAME_BYTES = 64 * KiB
/** A piece of the account, in a frame of its own. */
export const PIECE_BYTES = 48 * KiB
/** 2,000 contacts and 2,000 rules, at some 500 bytes each, twice over. */
export const MAX_ACCOUNT_BYTES = 4 * MiB
/** Of the code: what a QR code can hold and a camera can read. */
export const MAX_CODE_ADDRESSES = 8

/** Of a hundred. A wrong proof may be a slip with an older code. */
export const POINTS = { malformed: 20, wrongSecret: 10, tooSlow: 2 } as const

export const LINK_TERMS: ProtocolTerms = {
  protocol: LINK_PROTOCOL,
  maxInboundStreams: 1,
  maxFrameBytes: MAX_LINK_FRAME_BYTES,
  // Each step is timed by itself. The two devices are before one person, who compares words meanwhile.
  exchangeTimeoutMs: PROOF_TIMEOUT_MS + MAX_CODE_LASTS_MS + HAND_OVER_TIMEOUT_MS,
  onRelay: true,
}
