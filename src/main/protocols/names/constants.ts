import { KiB, SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const NAMES_PROTOCOL = '/latch/names/1.0.0'

/** SHA-256: networks, and the keys under which zones are held. */
export const ID_BYTES = 32

/** A zone with its signature: what a page of records takes, and what ten packets carry. */
export const MAX_ZONE_BYTES = 10 * KiB

/** A zone and what stands around it, or eight devices with their addresses. The rest is room for later fields. */
export const MAX_FRAME_BYTES = 12 * KiB

/** Devices that are nearer to a key, in an answer of none: more than are asked next. */
export const MAX_CLOSER = 8
/** Of each of them: one of each transport. Together with the next bound, eight devices fit into a frame. */
export const MAX_CLOSER_ADDRESSES = 4
/** In ASCII; an address through a relay, with two peer ids, has some 180. */
export const MAX_CLOSER_ADDRESS_CHARS = 256

/** Names watched by one request: contacts that have names. */
export const MAX_WATCHED_KEYS = 64
/** Watches of one stream. What waits of them to be written is one zone for each key at most: 2.5 MiB. */
export const MAX_WATCHES = 4

/** Numbers of requests; they begin again at 1 after four billion. */
export const MAX_REQUEST_ID = 2 ** 32 - 1

/** Requests under way on one stream: a person looks up one name, a program some dozens at once. */
export const MAX_AT_ONCE = 64
/**
 * Requests that wait here for one of those to end, with 1 KB each: a thousand look-ups at once, of a program or of DNS, are
 * served. Beyond, whoever asks is told so at once.
 */
export const MAX_QUEUED = 1_024

/**
 * What one stream is served: a look-up costs some 60 µs, so that 5,000 a second are a third of one core, and who asks one
 * after another over loopback is not held up. Beyond, it is not read from, and so whoever asks waits. Each stream begins
 * with a tenth of a second's worth, so that opening another one gains nothing.
 */
export const UNITS_PER_SECOND = 5_000
export const UNITS_BURST = 500
/** A `put` costs a checked signature and a write that reaches the disk: 50 a second. A `watch`, 64 keys: 200. */
export const UNITS: { readonly [Kind in 'get' | 'put' | 'watch' | 'cancel']: number } = {
  get: 1,
  put: 100,
  watch: 25,
  cancel: 1,
}

/** From asking to the answer: a busy disk and a bad relay. Who looks up a name gives up on one peer long before. */
export const ANSWER_TIMEOUT_MS = 5 * SECOND
/** For one frame to be taken by the transport: then the stream is dropped. */
export const WRITE_TIMEOUT_MS = 10 * SECOND
/** What a frame that waits costs beside its bytes: a thousand refusals of 20 bytes are not 20 KiB. */
export const FRAME_COST_BYTES = 256
/** Answers that wait to be written: then nothing more is read, as 64 zones of full size wait for one who takes none. */
export const MAX_WAITING_BYTES = MAX_AT_ONCE * MAX_FRAME_BYTES

export const NAMES_TERMS: ProtocolTerms = {
  protocol: NAMES_PROTOCOL,
  // Each side opens one for what it asks; the second is for the moment in which an old one is not yet known to be gone.
  maxInboundStreams: 2,
  maxFrameBytes: MAX_FRAME_BYTES,
  // It lives as long as the connection: opening one costs round trips, which every look-up would pay for.
  exchangeTimeoutMs: null,
  // Who is behind a relay looks up names too; an answer is small beside what a relay carries.
  onRelay: true,
  // Whoever starts asks at once: of five round trips to the first answer it saves one.
  eager: true,
}
