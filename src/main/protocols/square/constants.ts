import { SECOND } from '../../../shared/units.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

/** Devices that are asked, one by the other. Six neighbours each reach 50 devices in three hops, and a million in eight. */
export const MAX_DEPTH = 16

/** For a device and all that it asks behind it: so much for each step that is left. */
export const STEP_TIMEOUT_MS = SECOND / 2

/** Of the whole question. */
export const TRACE_TIMEOUT_MS = MAX_DEPTH * STEP_TIMEOUT_MS

/** An id in hex and two numbers. */
export const MAX_TRACE_BYTES = 256

/** A question that is none: not one by an odd version, but a handful ends a connection. */
export const MALFORMED_POINTS = 10

export const SQUARE_TERMS: ProtocolTerms = {
  protocol: '/latch/square/1.0.0',
  // A person opens one message after another; several persons behind this peer may.
  maxInboundStreams: 4,
  maxFrameBytes: MAX_TRACE_BYTES,
  exchangeTimeoutMs: TRACE_TIMEOUT_MS,
  // A message came over a connection that was direct, and may be asked about over what is there now: 200 bytes.
  onRelay: true,
}
