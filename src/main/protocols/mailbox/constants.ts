import { DAY, KiB, MINUTE, MiB, SECOND } from '../../../shared/units.ts'
import type { EnvelopeKind } from '../../platform/envelope.ts'
import { HPKE_OVERHEAD_BYTES } from '../../platform/hpke.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const MAILBOX_PROTOCOL = '/latch/mailbox/1.0.0'
export const MAIL_KEYS_PROTOCOL = '/latch/mail-keys/1.0.0'

// A letter

/**
 * A sealed letter has one of these sizes: most of what people write is below 2 KiB, and a holder learns of a letter one of
 * five things. Each is four times the one before, so less than half of what is held is padding, on average.
 */
export const LETTER_SIZES: readonly number[] = [2 * KiB, 8 * KiB, 32 * KiB, 128 * KiB, 256 * KiB]
export const MAX_SEALED_BYTES = 256 * KiB

/** The first byte of a sealed letter; another version has another one. */
export const LETTER_VERSION = 1
/** Random; which key it is sealed to, for the one who has that key. */
export const KEY_ID_BYTES = 16
/** Version, key id, and what sealing adds. */
export const SEALED_OVERHEAD_BYTES = 1 + KEY_ID_BYTES + HPKE_OVERHEAD_BYTES
/** How long what was sealed is without its padding. */
export const LENGTH_BYTES = 4
/** Envelope, signature, names and a time around the body of a letter: some 330 bytes. The rest is for later fields. */
export const MAX_AROUND_BODY_BYTES = 1 * KiB

/** Mixed into the key of each letter. */
export const LETTER_INFO = 'latch-letter-1'
export const LETTER_KIND: EnvelopeKind = { domain: 'latch-letter', type: '/latch/letter/1' }

// Cards and keys

export const CARD_KIND: EnvelopeKind = { domain: 'latch-mail-card', type: '/latch/mail-card/1' }
export const KEYS_KIND: EnvelopeKind = { domain: 'latch-mail-keys', type: '/latch/mail-keys/1' }

/** Who may hold one device's mail at a time: if five are away at once, so is the network. */
export const MAX_HOLDERS_IN_CARD = 5
/** Addresses of a holder in a card: what is usual for one that others can reach; more are found as any peer's are. */
export const MAX_ADDRESSES_OF_HOLDER = 6
/** Five holders with six addresses of 150 bytes, their boxes, and the signature. */
export const MAX_CARD_BYTES = 6 * KiB
/** Nobody's word for where their mail is held is taken for longer. */
export const MAX_CARD_LASTS_MS = 100 * DAY

/** One-time keys in one batch, and unused ones of one device. */
export const MAX_KEYS_IN_BATCH = 64
/** 64 keys of 32 bytes with ids of 16 and their names, and the signature. */
export const MAX_BATCH_BYTES = 8 * KiB
/** Unused keys that a device tells of: two batches. */
export const MAX_UNUSED_TOLD = 2 * MAX_KEYS_IN_BATCH

/** A card, 128 ids, and room. */
export const MAX_KEYS_REQUEST_BYTES = MAX_CARD_BYTES + 4 * KiB
/** A card, a batch, 128 ids, and room. */
export const MAX_KEYS_ANSWER_BYTES = MAX_CARD_BYTES + MAX_BATCH_BYTES + 4 * KiB

// A mailbox

/** Random, chosen by the recipient: who knows it may leave letters there. */
export const BOX_BYTES = 32
/** SHA-256 of a sealed letter. */
export const DIGEST_BYTES = 32

/** The first frames of both sides: a few ids and numbers; 128 digests of an acknowledgement are 5 KiB. */
export const MAX_HEAD_BYTES = 8 * KiB
/** Letters in one page, and bytes: what a phone's line carries in a few seconds, and both sides hold at once. */
export const MAX_LETTERS_IN_PAGE = 32
export const MAX_PAGE_BYTES = 1 * MiB
/** Acknowledged at once: four pages. */
export const MAX_ACKNOWLEDGED = 128

/** The opening goes with the stream: one round trip over a bad relay. */
export const OPENING_TIMEOUT_MS = 5 * SECOND
/** The other side may wait 6 s for our hello before it asks its door. */
export const ANSWER_TIMEOUT_MS = 15 * SECOND
/** A letter of 256 KiB over a line of 10 KiB a second. */
export const LETTER_TIMEOUT_MS = 30 * SECOND

export const MAILBOX_TERMS: ProtocolTerms = {
  protocol: MAILBOX_PROTOCOL,
  // A collection, its acknowledgement, a registration, news, and a few letters at once.
  maxInboundStreams: 8,
  maxFrameBytes: MAX_SEALED_BYTES,
  // A page over a line of 10 KiB a second takes 100 s.
  exchangeTimeoutMs: 2 * MINUTE,
  // Who writes and who is written to are often behind a relay.
  onRelay: true,
  // The opening goes out with the choice of the protocol.
  eager: true,
}

export const MAIL_KEYS_TERMS: ProtocolTerms = {
  protocol: MAIL_KEYS_PROTOCOL,
  // One each way, and one that is still closing.
  maxInboundStreams: 3,
  maxFrameBytes: MAX_KEYS_ANSWER_BYTES,
  exchangeTimeoutMs: ANSWER_TIMEOUT_MS,
  onRelay: true,
}
