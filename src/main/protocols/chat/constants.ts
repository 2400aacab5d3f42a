import { KiB, SECOND } from '../../../shared/units.ts'
import type { EnvelopeKind } from '../../platform/envelope.ts'
import type { ProtocolTerms } from '../../platform/streams.ts'

export const CHAT_TERMS: ProtocolTerms = {
  protocol: '/latch/chat/1.0.0',
  // One is enough; the second is for the moment in which both sides open, or one opens again before the other has
  // noticed that the old one is gone.
  maxInboundStreams: 2,
  // Twice what we put into a frame, so that a later version may put more.
  maxFrameBytes: 512 * KiB,
  // The stream lives as long as the connection: no message pays for opening one.
  exchangeTimeoutMs: null,
  onRelay: true,
}

/** Envelopes put into one entries frame. The bound that counts with long messages: a frame is held in memory whole. */
export const MAX_ENTRIES_FRAME_BYTES = 256 * KiB

/**
 * Entries put into one frame. The bound that counts with short messages: verifying one costs 0.08 ms and storing it
 * 0.05 ms, so a frame of 64 holds the event loop for less than the 16 ms that a window may wait.
 */
export const MAX_ENTRIES_A_FRAME = 64

/** An entry in its envelope: 16 KiB of text, the fields around it, and room for the kinds that come later. */
export const MAX_ENTRY_BYTES = 32 * KiB

/** Conversations listed in one heads frame; more go into further frames. */
export const MAX_CONVERSATIONS_A_FRAME = 256

/** Logs of one conversation: both people with as many devices as anyone will own, and those long gone. */
export const MAX_LOGS = 128

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
