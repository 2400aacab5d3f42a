/**
 * `/latch/chat/2.0.0`: two devices bring each other's logs up to date, and keep them so.
 *
 *   opener                                          server
 *     |--- heads {conversations, more} ------------->|   both at once, neither waits for the other
 *     |<-- heads {conversations, more} --------------|
 *     |--- entries [envelope, …], [content, …] ----->|   what the other's heads lack, then what is new, in order
 *     |<-- ack {conversation, device, seq} ----------|   after the transaction that stored it
 *     |<-- entries [envelope, …] --------------------|   the same the other way, on the same stream
 *     |--- ack ------------------------------------->|
 *     |--- want [hash, …] -------------------------->|   contents that came with no carrier so far
 *     |<-- contents [block, …] ----------------------|
 *     |<-- nack {status, log} -----------------------|   that log stops here; others go on
 *
 * Proven before: the peer id by Noise, its account by hello, that it may come in by the guard. Proven by each entry:
 * its author's device, by the signature. Not proven: `sentAtMs`, which is what the author's clock said, or what they
 * like. Not assumed: that the carrier of an entry is its author; any device of the two accounts may carry any log of
 * theirs.
 *
 * docs/wire/chat.md has the bytes, the limits, and what a bad peer can do.
 */
export { ChatChannel, openChat, serveChat, type ReceivedFrame } from './chat-protocol.ts'
export { KNOWN_SAYINGS } from './bodies.ts'
export type { KnownBody, RosterOp, Said, SaidMessage } from './bodies.ts'
export { isContentOf, makeContent, readContent, type MadeContent, type Post } from './content.ts'
export { conversationIdOf, membersOf, rosterIdOf, talkIdOf, type Members } from './conversation.ts'
export { openEntry, readOwnEntry, signEntry, type Entry, type SignedEntry } from './entry.ts'
export { readLetter, writeLetter, type ChatLetter } from './letter.ts'
export { EntryError, ViolationError, type Status } from './errors.ts'
export type { ContentsFrame, DevicesFrame, EntriesFrame, Frame, HeadsFrame, LogPosition, NackFrame, TypingFrame, WantFrame } from './messages.ts'
export {
  ACK_TIMEOUT_MS,
  CHAT_TERMS,
  HEADS_TIMEOUT_MS,
  MAX_ACKS_A_FRAME,
  MAX_CONTENT_BYTES,
  MAX_CONVERSATIONS_A_FRAME,
  MAX_ENTRIES_A_FRAME,
  MAX_ENTRIES_FRAME_BYTES,
  MAX_ENTRY_BYTES,
  MAX_LETTER_BYTES,
  MAX_LOGS,
  MAX_NAMED_IDS,
  MAX_WANTED,
  WINDOW_BYTES,
} from './constants.ts'
