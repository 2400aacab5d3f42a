import { z } from 'zod'
import { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import { Seq } from './bodies.ts'
import {
  MAX_ACKS_A_FRAME,
  MAX_CONTENT_BYTES,
  MAX_CONVERSATIONS_A_FRAME,
  MAX_ENTRIES_A_FRAME,
  MAX_LOGS,
  MAX_WANTED,
} from './constants.ts'
import { Status } from './errors.ts'

const Members = z
  .tuple([AccountId, AccountId])
  .refine(([first, second]) => first <= second, 'two members, in order; twice the same for notes to oneself')

const Logs = z.array(z.object({ device: PeerId, seq: Seq })).max(MAX_LOGS)

/** A conversation, by what makes its id: two accounts; or a group, whose talk follows from its roster. */
const OfTwo = z.object({ members: Members })
const OfGroup = z.object({ roster: ConversationId, part: z.enum(['roster', 'talk']) })
export const NamedConversation = z.union([OfTwo, OfGroup])
const Heads = z.union([OfTwo.extend({ logs: Logs }), OfGroup.extend({ logs: Logs })])

/** What the sender holds without a gap: the last seq of each device's log. `more`: further heads frames follow. */
export const HeadsFrame = z.object({
  kind: z.literal('heads'),
  conversations: z.array(Heads).max(MAX_CONVERSATIONS_A_FRAME),
  more: z.boolean(),
})

const LogPosition = z.object({ conversation: ConversationId, device: PeerId, seq: Seq })

export const Envelope = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes')

export const Block = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.byteLength <= MAX_CONTENT_BYTES,
  'not a content block',
)

/**
 * Envelopes of entries; those of one log in the order of their seq. `contents`: the block that each names, in the same
 * order; null where it names none, or where the carrier has it no more.
 */
export const EntriesFrame = z.object({
  kind: z.literal('entries'),
  // A later version may send more short ones than this one does.
  entries: z.array(Envelope).min(1).max(MAX_ENTRIES_A_FRAME * 4),
  contents: z.array(Block.nullable()).max(MAX_ENTRIES_A_FRAME * 4),
})

/** The newest list of an account's devices that the sender knows, in its envelope: goes before entries that those devices wrote. */
export const DevicesFrame = z.object({ kind: z.literal('devices'), account: AccountId, list: Envelope })

/** Entries whose content block came with no carrier so far. */
export const WantFrame = z.object({ kind: z.literal('want'), of: z.array(LogPosition).min(1).max(MAX_WANTED) })

/** Those of them that there are; about the rest nothing is said. */
export const ContentsFrame = z.object({
  kind: z.literal('contents'),
  contents: z.array(LogPosition.extend({ block: Block })).min(1).max(MAX_WANTED),
})

/** Somebody types in a conversation; said while it goes on, at most every few seconds, stored nowhere. */
export const TypingFrame = z.object({ kind: z.literal('typing'), conversation: ConversationId })

/** Stored durably, up to and with these: sent after the transaction, never before. */
export const AckFrame = z.object({ kind: z.literal('ack'), stored: z.array(LogPosition).min(1).max(MAX_ACKS_A_FRAME) })

/**
 * Not taken. With `log`, that entry and what follows it in its log, while the stream goes on for the others; without,
 * the stream is over. A status that a newer Latch made up is a refusal all the same.
 */
export const NackFrame = z.object({ kind: z.literal('nack'), status: Status.catch('malformed'), log: LogPosition.nullable() })

export const Frame = z.discriminatedUnion('kind', [
  HeadsFrame,
  DevicesFrame,
  EntriesFrame,
  WantFrame,
  ContentsFrame,
  TypingFrame,
  AckFrame,
  NackFrame,
])
export type Frame = z.infer<typeof Frame>
export type HeadsFrame = z.infer<typeof HeadsFrame>
export type DevicesFrame = z.infer<typeof DevicesFrame>
export type EntriesFrame = z.infer<typeof EntriesFrame>
export type WantFrame = z.infer<typeof WantFrame>
export type TypingFrame = z.infer<typeof TypingFrame>
export type ContentsFrame = z.infer<typeof ContentsFrame>
export type NackFrame = z.infer<typeof NackFrame>
export type LogPosition = z.infer<typeof LogPosition>
