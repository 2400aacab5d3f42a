import { KiB, MiB, SECOND } from '../../../shared/units.ts'
import type { HttpLimits } from '../types.ts'

/**
 * What anybody on this machine can cost before a token has been seen, and what a token's holder can cost by mistake.
 * A window holds one WebSocket, a page load six connections, a `follow` on the command line one.
 */
export const defaultLimits: HttpLimits = {
  /** Far above honest use, far below the 1,024 open files that a process may have on an untuned Linux. */
  maxConnections: 256,
  /** Of these, programs of this person have half at most. */
  maxSockets: 32,
  /** The largest honest call is a program's: a body of 1 MiB is 1.4 MiB in base64. */
  maxBodyBytes: 2 * MiB,
  /** Our own requests stay below 1 KiB; a browser with extensions adds a few. */
  maxHeaderBytes: 16 * KiB,
  /** Of one socket: a reader that lets more than this lie is gone or stuck, and is cut off. */
  maxUnsentBytes: 8 * MiB,
  /** On loopback a request arrives in one piece; who needs longer does so on purpose. */
  headersTimeoutMs: 5 * SECOND,
  requestTimeoutMs: 15 * SECOND,
  /** How often connections are looked at for the two above. */
  sweepMs: SECOND,
}
