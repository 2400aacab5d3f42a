import { KiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const EXIT_PROTOCOL = '/latch/exit/1.0.0'

/** Where connections are encrypted from end to end: what passes through somebody else's device is closed to them. */
export const EXIT_PORT = 443

/** The longest host has 254 letters; the rest is for later fields. */
export const MAX_OPENING_BYTES = 1 * KiB

/** `{status}`; the rest is for later fields. */
export const MAX_ANSWER_BYTES = 1 * KiB

/** As for a site: a frame that costs nothing, and little that waits. */
export const MAX_PIECE_BYTES = 64 * KiB

/** The opening is sent with the stream: one round trip over a bad relay. */
export const OPENING_TIMEOUT_MS = 5 * SECOND

/** The exit may wait 6 s for our hello, 5 s for the DNS and 12 s for the host; and a slow relay lies between. */
export const ANSWER_TIMEOUT_MS = 30 * SECOND

/** A host that has said its last seldom hears more; a line that is cut never says so. */
export const HALF_CLOSED_MS = 10 * SECOND

export const EXIT_TERMS: ProtocolTerms = {
  protocol: EXIT_PROTOCOL,
  // A browser keeps at most 32 connections through one proxy; some are still closing.
  maxInboundStreams: 48,
  maxFrameBytes: MAX_PIECE_BYTES,
  // A download, a WebSocket: as long as something moves. Whoever does nothing is timed by the feature.
  exchangeTimeoutMs: null,
  // What a relay carries is bounded by the relay.
  onRelay: true,
}
