/*
 * /latch/knock/1.0.0: a peer asks for one capability; the one protocol that is open to strangers beside hello.
 *
 *   knocker                               door                        a person
 *     | -- knock {id, capability, greeting} -> |                          |
 *     | <- allowed | denied | pending | busy - |   (or a reset: silence)  |
 *     |      both ends close: nobody thinks    | -- asks ---------------> |
 *     |      inside a stream                   | <------------ answers -- |
 *     | <- verdict {envelope} ---------------- |   a stream the other way, now or on the next connection
 *     | -- taken | refused ------------------> |
 *     | -- withdraw {id} --------------------> |   the knocker no longer waits
 *     | <- taken | refused ------------------- |
 *
 * Proven: the device at each end (Noise), and that a verdict was signed by the device that was knocked at, for this
 * knock, newer than those before it. Not proven here: who the knocker is (hello does that), and anything the greeting
 * says. Drawn with its bytes in docs/wire/knock.md.
 */
export {
  EXCHANGE_TIMEOUT_MS,
  KNOCK_PROTOCOL,
  KNOCK_TERMS,
  MAX_FOR_MS,
  MAX_GREETING_BYTES,
  MAX_GREETING_LENGTH,
  MAX_REMAINING_MS,
  TOKEN_BYTES,
  WORK_NONCE_BYTES,
  WORK_SALT_BYTES,
} from './constants.ts'
export { KnockProtocolError, SilenceError } from './errors.ts'
export { createKnockProtocol, type KnockHandlers, type KnockProtocol } from './knock-protocol.ts'
export {
  openVerdict,
  sealVerdict,
  type KnockReply,
  type KnockRequest,
  type OpenFor,
  type Opening,
  type Receipt,
  type Verdict,
  type Work,
} from './messages.ts'
