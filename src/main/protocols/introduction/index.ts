/*
 * /latch/introduction/1.0.0: what an introducer does for devices that know it.
 *
 *   device                                 introducer
 *     | -- describe | register | ... ------> |   one request, one answer, both ends close, within 10 s
 *     | <- described | registered | ... ---- |   or refused {code}, or malformed
 *     | -- attend -------------------------> |   stays open
 *     | <- attended ------------------------ |
 *     | <- draining {withinMs} ------------- |   any time later
 *
 * Proven: the device at each end (Noise); that a record was signed by the introducer it names, and a registration by the
 * device it names, for the introducer it names. Not proven: any address in either, and what an introducer leaves out.
 * Drawn with its bytes in docs/wire/introduction.md.
 *
 *   messages.ts   what goes over a stream          envelopes.ts  what is signed
 *   serving.ts    the introducer's side            link.ts       latch://introducer/…
 *   asking.ts     the device's side                topic.ts      names that say nothing
 */
export {
  EXCHANGE_TIMEOUT_MS,
  INTRODUCTION_PROTOCOL,
  INTRODUCTION_TERMS,
  MAX_ADDRESSES,
  MAX_DISCOVERED,
  MAX_LOCATED,
  MAX_NOTICE_MS,
  MAX_OTHERS,
  MAX_PAGE_BYTES,
  MAX_PROBE_PORTS,
  MAX_RECORD_BYTES,
  MAX_RECORD_LASTS_MS,
  MAX_REGISTRATION_BYTES,
  MAX_STUN,
  MAX_TOPICS,
  TOPIC_BYTES,
} from './constants.ts'
export {
  openRecord,
  openRegistration,
  RecordVersionError,
  sealRecord,
  sealRegistration,
} from './envelopes.ts'
export { IntroductionProtocolError, IntroductionRefusedError } from './errors.ts'
export { createIntroductionProtocol } from './introduction-protocol.ts'
export { looksLikeIntroducerLink, readIntroducerLink, writeIntroducerLink } from './link.ts'
export { blindedTopic, epochOf } from './topic.ts'
export type {
  Description,
  Found,
  IntroducerRecord,
  IntroductionHandlers,
  IntroductionProtocol,
  Notice,
  Refused,
  RefusedCode,
  Registered,
  Registration,
} from './types.ts'
