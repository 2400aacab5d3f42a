/*
 * /latch/names/1.0.0: zones are asked for, handed over and watched. One stream carries many requests at once, each with
 * a number of its asker's; answers come in whatever order.
 *
 *   asker                                    another node of the same network
 *     | -- get {1, network, key} ---------------> |
 *     | -- get {2, network, key} ---------------> |
 *     | <- zone {2, key, zone} ------------------ |   the bytes that the owner signed
 *     | <- none {1, closer} --------------------- |   devices that lie nearer to the key
 *     | -- put {3, network, zone} --------------> |
 *     | <- held {3} | refused {3, why} | unknown  |   unknown: its ledger is behind
 *     | -- watch {4, network, keys} ------------> |
 *     | <- watching {4}, zone {4, key, zone} …    |   as often as a newer one comes there
 *     | -- cancel {4} --------------------------> |
 *
 * Each side opens a stream for what it asks; it lives as long as the connection, so that a look-up costs one round trip
 * and no negotiation. Proven here: the device at each end (Noise), forms and bounds, and that a zone comes under a key
 * that was asked for. Not proven here: anything that a zone says; features/names judges each before it counts. Drawn with
 * its bytes in docs/wire/zone.md.
 */
export type { Answer, NamesChannel, PutAnswer, WatchAnswer } from './channel.ts'
export {
  ANSWER_TIMEOUT_MS,
  MAX_AT_ONCE,
  MAX_CLOSER,
  MAX_CLOSER_ADDRESSES,
  MAX_QUEUED,
  MAX_WATCHED_KEYS,
  MAX_WATCHES,
  MAX_ZONE_BYTES,
  NAMES_PROTOCOL,
  NAMES_TERMS,
} from './constants.ts'
export { NamesFullError, NamesLateError, NamesProtocolError } from './errors.ts'
export { RefusedPut, type Closer, type Id } from './messages.ts'
export { createNamesProtocol, type NamesProtocol } from './names-protocol.ts'
export type { NamesHandlers, Push } from './serving.ts'
