import { KiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

/** Of the messages. The protocol id changes only when the frames themselves would be misread. */
export const HELLO_VERSION = 1

/** From opening the stream to both judgements. A relayed path of several hundred ms makes it in under two seconds. */
export const HELLO_TIMEOUT_MS = 5 * SECOND

/** A device list of 8 KiB, a name and an agent, twice over: what is larger is not a hello. */
export const MAX_HELLO_BYTES = 16 * KiB

/** A device list in its envelope. */
export const MAX_LIST_BYTES = 8 * KiB

/** Revocations in one hello, and the bytes of each: they have some 200. */
export const MAX_REVOCATIONS = 4
export const MAX_REVOCATION_BYTES = 1 * KiB

/** UTF-16 units, after cleaning. */
export const MAX_NAME_LENGTH = 64
export const MAX_AGENT_LENGTH = 64

/** UTF-16 units as sent: room for what cleaning takes away, and no more. */
export const MAX_RAW_TEXT_LENGTH = 256

/**
 * What a false hello costs, of 100. An older list or version is what an honest peer that was away has; a peer that is
 * not in its list replays somebody's hello; a forged signature has no honest cause.
 */
export const POINTS = {
  unknownVersion: 1,
  olderList: 1,
  // Its person may not know yet.
  revoked: 1,
  tooSlow: 2,
  conflict: 5,
  malformed: 10,
  notInList: 25,
  forged: 50,
} as const

export const HELLO_TERMS: ProtocolTerms = {
  protocol: '/latch/hello/1.0.0',
  // One, and one more for a side that heard of a newer list while the first was under way.
  maxInboundStreams: 2,
  maxFrameBytes: MAX_HELLO_BYTES,
  exchangeTimeoutMs: HELLO_TIMEOUT_MS,
  onRelay: true,
}
