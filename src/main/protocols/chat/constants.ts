import { KiB, SECOND } from '../../../shared/units.ts'
import type { EnvelopeKind } from '../../platform/envelope.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const CHAT_TERMS: ProtocolTerms = {
  protocol: '/latch/chat/2.0.0',
  // One is enough; the second is for the moment in which both sides open, or one opens again before the other has
  // noticed that the old one is gone.
  maxInboundStreams: 2,
  // Twice what we put into a frame, so that a later version may put more.
  maxFrameBytes: 512 * KiB,
  // The stream lives as long as the connection: no message pays for opening one.
  exchangeTimeoutMs: null,
  onRelay: true,
}

/** Envelopes, with their content blocks, put into one entries frame. The bound that counts with long messages: a frame is held in memory whole. */
export const MAX_ENTRIES_FRAME_BYTES = 256 * KiB

/**
 * Entries put into one frame. The bound that counts with short messages: verifying one costs 0.08 ms and storing it
 * 0.05 ms, so a frame of 64 holds the event loop for less than the 16 ms that a window may wait.
 */
export const MAX_ENTRIES_A_FRAME = 64

/** An entry in its envelope: the base of 256 logs, or a picture, with the fields around them, and room for later kinds. */
export const MAX_ENTRY_BYTES = 64 * KiB

/** Conversations listed in one heads frame; more go into further frames. */
export const MAX_CONVERSATIONS_A_FRAME = 256

/** What is said beside an entry: 16 KiB of words, and thumbnails of a few pictures. */
export const MAX_CONTENT_BYTES = 64 * KiB

/** Messages, or membership changes, that one entry names. */
export const MAX_NAMED_IDS = 100

/** The signed list of an account's devices, as the roster of a group carries it. */
export const MAX_DEVICES_BYTES = 8 * KiB

/** A letter for a mailbox: below what one holds, with what is around it when it is sealed. */
export const MAX_LETTER_BYTES = 240 * KiB

/** Content blocks asked for in one frame; each is answered, or not. */
export const MAX_WANTED = 64

/** Logs of one conversation: a group of 100 people with two devices each, and devices long gone. */
export const MAX_LOGS = 256

/** Acknowledged logs in one frame: as many as one frame of entries can touch, four times over. */
export const MAX_ACKS_A_FRAME = 256

/** Bytes of entries on the way and not acknowledged. Bounds memory at both ends on transports without back-pressure. */
export const WINDOW_BYTES = 512 * KiB

/** From opening to the first frame of the other side. */
export const HEADS_TIMEOUT_MS = 10 * SECOND

/** An entry not acknowledged for so long, with nothing else acknowledged either: the other end is gone or stuck. */
export const ACK_TIMEOUT_MS = 10 * SECOND

/** Signed entries and nothing else; never changed, as every entry ever written carries it. */
export const ENTRY_KIND: EnvelopeKind = { domain: 'latch-chat-entry', type: '/latch/chat-entry/1' }

/** Mixed into a conversation's id; never changed. */
export const CONVERSATION_DOMAIN = 'latch-conversation-1'

/** Mixed into the ids of a group's roster and of its talk; never changed. */
export const ROSTER_DOMAIN = 'latch-group-roster-1'
export const TALK_DOMAIN = 'latch-group-talk-1'
