import { z } from 'zod'
import { AccountId, ConversationId, MessageId, TimeMs } from '../ids.ts'
import { KiB } from '../units.ts'
import { Route } from './peers.ts'

/** UTF-8 bytes of one message's text. 16 KiB is some four pages; what is longer is a file. */
export const MAX_TEXT_BYTES = 16 * KiB

export const MessageText = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).byteLength <= MAX_TEXT_BYTES, 'a message holds at most 16 KiB')

/** Of a message of yours: `queued` stored here; `delivered` stored durably there; `read` if they choose to say so. */
export const MessageState = z.enum(['queued', 'delivered', 'read', 'received'])
export type MessageState = z.infer<typeof MessageState>

export const Message = z.object({
  id: MessageId,
  conversation: ConversationId,
  /** Position in this device's view of the conversation: 1, 2, 3… in the order they were stored here. */
  position: z.int().positive(),
  from: AccountId,
  mine: z.boolean(),
  text: z.string(),
  sentMs: TimeMs,
  storedMs: TimeMs,
  state: MessageState,
})
export type Message = z.infer<typeof Message>

/** A conversation that was opened by a name: with whoever owned it then. */
export const Pin = z.object({
  fullName: z.string(),
  sinceMs: TimeMs,
  /**
   * The name belongs to another account by now: nothing is sent until this person says which of the two is meant. Safety
   * words are those with each of the two. Null while it has not moved.
   */
  moved: z.object({ to: AccountId, wordsBefore: z.array(z.string()), wordsNow: z.array(z.string()), noticedMs: TimeMs }).nullable(),
  /** Nobody has the name now. */
  lapsed: z.boolean(),
})
export type Pin = z.infer<typeof Pin>

export const Conversation = z.object({
  id: ConversationId,
  with: AccountId,
  unread: z.int().nonnegative(),
  last: Message.nullable(),
  createdMs: TimeMs,
  /** Messages of yours not yet acknowledged, and in one sentence why, when it is known. */
  waiting: z.int().nonnegative(),
  /** `peer`: no device of theirs can be reached. `door`: they have not let you in; knock. `name`: their name has moved; decide. */
  waitingFor: z.enum(['nobody', 'peer', 'door', 'name']),
  waitingWhy: z.string().nullable(),
  pin: Pin.nullable(),
  /** Its name moved, and this person went on with whoever has it now: what waited then stays here until they write again. */
  left: z.object({ fullName: z.string(), to: AccountId, atMs: TimeMs }).nullable(),
})
export type Conversation = z.infer<typeof Conversation>

/** One line of a message's delivery trace: what was tried, what came of it, what comes next. */
export const TraceStep = z.object({
  atMs: TimeMs,
  step: z.enum(['queued', 'tried', 'sent', 'delivered', 'read', 'failed', 'waits']),
  route: Route.nullable(),
  detail: z.string(),
})
export type TraceStep = z.infer<typeof TraceStep>
