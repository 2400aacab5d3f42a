import { SECOND } from '../../../../shared/units.ts'

/** Only programs of this machine are answered. There is no setting for it: the window's switch says so too. */
export const DNS_ADDRESS = '127.0.0.1'
/** Below 1,024 only root may listen, and 5353 is mDNS. */
export const DNS_PORT = 5_350

/** A question has some 60 bytes, with all that EDNS may bring some 300. */
export const MAX_QUERY_BYTES = 1_024
/** Of a message without EDNS. *Source*: RFC 1035, 4.2.1. */
export const PLAIN_UDP_BYTES = 512
/** With EDNS: fits into every path unbroken. *Source*: DNS flag day 2020. */
export const MAX_UDP_BYTES = 1_232
/** What the length before a message can say. */
export const MAX_TCP_BYTES = 65_535

/** Looked up at the same time; each may ask dozens of peers. Beyond, programs are told to come again. */
export const MAX_LOOKUPS = 64
/** Questions that wait for those. */
export const MAX_QUERIES = 256
/** Programs give up after five seconds, and learn why when the answer is there before. */
export const ANSWER_MS = 4.5 * SECOND

export const MAX_CONNECTIONS = 32
/** Questions of one connection under way: then it is not read from. */
export const MAX_PIPELINED = 16
export const IDLE_MS = 10 * SECOND

/** What is not there may be there soon. */
export const NEGATIVE_SECONDS = 30
/** Records in one answer: a zone has 128. */
export const MAX_ANSWERS = 128
