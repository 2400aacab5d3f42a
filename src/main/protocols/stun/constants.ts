/** RFC 8489, section 5: what tells STUN from anything else that comes to the port. */
export const MAGIC_COOKIE = 0x2112a442
export const HEADER_BYTES = 20
export const TRANSACTION_BYTES = 12

/** The longest datagram that is looked at: what no path of the internet cuts into pieces (RFC 8489, section 6.1). */
export const MAX_MESSAGE_BYTES = 1_280

/** Of which an honest message has at most some ten; the rest would be work for nothing. */
export const MAX_ATTRIBUTES = 32

export const TYPE = { request: 0x0001, success: 0x0101, error: 0x0111 } as const

/** IANA's registry of STUN attributes. Below 0x8000 a receiver must know it or refuse. */
export const ATTRIBUTE = {
  mappedAddress: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  messageIntegritySha256: 0x001c,
  passwordAlgorithm: 0x001d,
  userhash: 0x001e,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  software: 0x8022,
  fingerprint: 0x8028,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
  /** Unassigned. RFC 5780's PADDING would be refused by servers without that RFC, and answered in kind by others. */
  room: 0xfff0,
} as const

/** The bits of CHANGE-REQUEST (RFC 5780, section 7.2). */
export const CHANGE = { address: 0x4, port: 0x2 } as const

/** RFC 8489, section 14.7. */
export const FINGERPRINT_XOR = 0x5354554e

/** Section 14.8: the request has an attribute that must be understood and is not. */
export const UNKNOWN_ATTRIBUTE = 420

/**
 * The shortest answer there is, a header and one IPv6 address. It goes to every request, or WebRTC's, of 20 to 28
 * bytes, would get none: on the wire, under 48 bytes of headers, that is 1.35 times what came. Everything beyond waits
 * for a request that is as long as the answer.
 */
export const BARE_ANSWER_BYTES = 44

/** The longest answer: a header, three IPv6 addresses, a fingerprint. Our own requests are as long, so that it fits. */
export const FULL_ANSWER_BYTES = 100
