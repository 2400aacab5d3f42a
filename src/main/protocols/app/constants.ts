import { MAX_DEADLINE_MS } from '../../../shared/model/apps.ts'
import { KiB, MINUTE, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

/** It does not name the program: identify tells every stranger the protocols, and so would tell which programs run. */
export const APP_PROTOCOL = '/latch/app/1.0.0'

/** The longest header has an app of 63 and a method of 128 letters, 300 bytes in all. The rest is for later fields. */
export const MAX_HEADER_BYTES = 4 * KiB

/** A piece of a body: large enough that its frame costs nothing, small enough that a read gives several. */
export const MAX_CHUNK_BYTES = 64 * KiB

/** A header is sent with the opening of the stream: one round trip over a bad relay. */
export const HEADER_TIMEOUT_MS = 5 * SECOND

export const APP_TERMS: ProtocolTerms = {
  protocol: APP_PROTOCOL,
  // A program asks a handful of things at a time; a window of theirs that opens asks for all that it shows.
  maxInboundStreams: 32,
  maxFrameBytes: MAX_CHUNK_BYTES,
  // Each request brings its own deadline. This one is for those who do not keep to it.
  exchangeTimeoutMs: MAX_DEADLINE_MS + 1 * MINUTE,
  // Whoever is behind a relay has programs too; what the relay carries is bounded by the relay.
  onRelay: true,
}
