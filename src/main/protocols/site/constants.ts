import { KiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

/** It does not name the site: identify tells every stranger the protocols, and so would tell which sites there are. */
export const SITE_PROTOCOL = '/latch/site/1.0.0'

/** The longest name has 253 letters and the longest path 512 of up to 4 bytes: 2.4 KB. The rest is for later fields. */
export const MAX_OPENING_BYTES = 4 * KiB

/** `{status}`; the rest is for later fields. */
export const MAX_ANSWER_BYTES = 1 * KiB

/** A piece of HTTP: large enough that its frame costs nothing, small enough that a stream that waits holds little. */
export const MAX_PIECE_BYTES = 64 * KiB

/**
 * What is sent at most: with what frames (4 bytes), Yamux (12) and Noise (a tag of 16) put around it, one message of Noise, which
 * carries 65,535. At 64 KiB each piece would be two, with two calls of the kernel each.
 */
export const SENT_PIECE_BYTES = MAX_PIECE_BYTES - 64

/** The opening is sent with the stream: one round trip over a bad relay. */
export const OPENING_TIMEOUT_MS = 5 * SECOND

/** The other side may wait 6 s for our hello, and then ask its door; and a slow relay lies between. */
export const ANSWER_TIMEOUT_MS = 15 * SECOND

/** Once the served side has said its last, how long the other may take to say so too; then the stream is dropped. */
export const HALF_CLOSED_MS = 10 * SECOND

export const SITE_TERMS: ProtocolTerms = {
  protocol: SITE_PROTOCOL,
  // Six for each site, as browsers have, a WebSocket each for some tabs, and some that are still closing.
  maxInboundStreams: 32,
  maxFrameBytes: MAX_PIECE_BYTES,
  // A film, a WebSocket: as long as somebody uses it. Whoever does nothing is timed by the HTTP above.
  exchangeTimeoutMs: null,
  // Whoever is behind a relay has a site too; what the relay carries is bounded by the relay.
  onRelay: true,
  // The opening, and the first request behind it, go out with the choice of the protocol: a page begins a round trip earlier.
  eager: true,
  // What Node's `http` wrote and a file that was read are nobody's any more.
  handsOver: true,
}
