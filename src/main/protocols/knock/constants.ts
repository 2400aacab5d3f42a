import { DAY, KiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const KNOCK_PROTOCOL = '/latch/knock/1.0.0'

/**
 * The longest request is a knock: 1 KiB of greeting, 2.25 KiB of a name and a path where each unit takes three bytes,
 * and less than 400 bytes around them. The rest is room for later fields.
 */
export const MAX_FRAME_BYTES = 4 * KiB

/** What fits under a name on a card without scrolling. In UTF-16 units, as the contract counts. */
export const MAX_GREETING_LENGTH = 280
/** 280 units are at most 840 bytes of UTF-8; a greeting above this was not written by a Latch. */
export const MAX_GREETING_BYTES = 1 * KiB

/** What a file system takes for a file's name. In UTF-16 units, as are paths. */
export const MAX_NAME_LENGTH = 255
export const MAX_PATH_LENGTH = 512

export const TOKEN_BYTES = 16
export const WORK_SALT_BYTES = 16
export const WORK_NONCE_BYTES = 8

/** A signed verdict is about 300 bytes. */
export const MAX_ENVELOPE_BYTES = 1 * KiB
/** Nobody is asked for longer than a few minutes; more is not a promise but a way to keep a sender waiting. */
export const MAX_REMAINING_MS = 600 * SECOND

/** What is open for longer than a year is told as open for a year; the end of that is nobody's plan for a day. */
export const MAX_FOR_MS = 366 * DAY

/** One round trip over a bad relay, the proof of an account before it, and no person: nobody thinks inside a stream. */
export const EXCHANGE_TIMEOUT_MS = 5 * SECOND

export const KNOCK_TERMS: ProtocolTerms = {
  protocol: KNOCK_PROTOCOL,
  // A knock, a verdict and a withdrawal may cross; a fourth leaves room for a stream that is still closing.
  maxInboundStreams: 4,
  maxFrameBytes: MAX_FRAME_BYTES,
  exchangeTimeoutMs: EXCHANGE_TIMEOUT_MS,
  // Who knocks is often behind a relay, and an exchange is below 5 KiB of the relay's allowance.
  onRelay: true,
}
