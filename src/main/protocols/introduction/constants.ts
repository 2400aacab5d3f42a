import { DAY, HOUR, KiB, SECOND } from '../../../shared/units.ts'
import type { EnvelopeKind } from '../../platform/envelope.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const INTRODUCTION_PROTOCOL = '/latch/introduction/1.0.0'

/** Sixteen addresses of the usual 60 to 150 bytes, eight topics of 32, and the signature: some 2 KiB. */
export const MAX_REGISTRATION_BYTES = 4 * KiB

/** An introducer's record before base64url: it is to fit a QR code of moderate size. */
export const MAX_RECORD_BYTES = 2 * KiB

/** Addresses in a registration or a record: a laptop with three networks and four transports has some twelve. */
export const MAX_ADDRESSES = 16

/** Topics of one registration: a few rooms, under the name of this day and of the next. */
export const MAX_TOPICS = 8

/** What HMAC-SHA256 gives. */
export const TOPIC_BYTES = 32

/** `ip:port` of an introducer's STUN responder: two addresses with two ports each tell every kind of NAT apart. */
export const MAX_STUN = 4
/** An IPv6 address in brackets with its port has at most 47; the rest is room for a name. */
export const MAX_STUN_CHARACTERS = 128

/** Nobody's word for an introducer is taken for longer; Latch signs for 30 days, and a clock may be a day off. */
export const MAX_RECORD_LASTS_MS = 31 * DAY

/** Other introducers in a description: more than a device keeps in use, so that it can choose. */
export const MAX_OTHERS = 8

/** Devices asked about in one request; all their registrations, each as long as can be, fit into one answer. */
export const MAX_LOCATED = 16

/** Registrations of one topic in one answer. */
export const MAX_DISCOVERED = 64

/** Registrations in one answer, counted in bytes: the bound that counts where they are long. */
export const MAX_PAGE_BYTES = 64 * KiB

/** Where an answer goes on. Opaque to who asks; a number that rises, in base 36, is at most 11 characters. */
export const MAX_COOKIE_CHARACTERS = 32

/** TCP ports tried from outside in one request: those a device listens on, and those its router maps to them. */
export const MAX_PROBE_PORTS = 4

/** A notice of an end further ahead than this is none. */
export const MAX_NOTICE_MS = 1 * HOUR

/** The longest request is a registration, with less than 100 bytes around it. */
export const MAX_REQUEST_BYTES = MAX_REGISTRATION_BYTES + 256

/** The longest answer is a page of registrations, three bytes around each of them, and the cookie. */
export const MAX_FRAME_BYTES = MAX_PAGE_BYTES + 2 * KiB

/** One round trip over a bad line; for a probe, five seconds of dialling too. */
export const EXCHANGE_TIMEOUT_MS = 10 * SECOND

export const INTRODUCTION_TERMS: ProtocolTerms = {
  protocol: INTRODUCTION_PROTOCOL,
  // One that attends, and a device that starts describes itself, registers, looks for others and has itself probed.
  maxInboundStreams: 8,
  maxFrameBytes: MAX_FRAME_BYTES,
  // `attend` lives as long as the connection; the handler gives every other exchange its own time.
  exchangeTimeoutMs: null,
  // Behind a relay there is no address of the device's own to observe or to probe, and an introducer is to be reached.
  onRelay: false,
}

/** An introducer's word about itself. */
export const RECORD_KIND: EnvelopeKind = { domain: 'latch-introducer', type: '/latch/introducer/1' }

/** A device's word about where it can be found. */
export const REGISTRATION_KIND: EnvelopeKind = { domain: 'latch-registration', type: '/latch/registration/1' }

/** Mixed into a blinded topic; never changed. */
export const TOPIC_DOMAIN = 'latch-topic-1'
