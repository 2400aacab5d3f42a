import { z } from 'zod'
import { AccountId, ConversationId, MessageId, PeerId, TimeMs } from '../ids.ts'
import { DAY, KiB, SECOND } from '../units.ts'
import { FileOffer } from './files.ts'
import { Group, GroupNotice } from './groups.ts'
import { Route } from './peers.ts'

/** UTF-8 bytes of one message's text. 16 KiB is some four pages; what is longer is a file. */
export const MAX_TEXT_BYTES = 16 * KiB

/** People named in one message. */
export const MAX_MENTIONS = 50

/** Different reactions to one message that are shown; further ones are counted. */
export const MAX_REACTIONS = 20

export const MessageText = z
  .string()
  .min(1)
  .refine((text) => new TextEncoder().encode(text).byteLength <= MAX_TEXT_BYTES, 'a message holds at most 16 KiB')

/** One emoji as people see it, whatever it is made of. */
export const Emoji = z
  .string()
  .max(32)
  .regex(/^\p{RGI_Emoji}$/v, 'not an emoji')

/** How long messages of a conversation stay, counted from when they were sent. */
export const DisappearAfter = z.int().min(30 * SECOND).max(366 * DAY)

/**
 * Of a message of yours: `queued` stored here; `held` a mailbox keeps it for them; `delivered` stored durably there; `read`
 * if they choose to say so. In a group, what holds for everybody; `reach` says for how many.
 */
export const MessageState = z.enum(['queued', 'held', 'delivered', 'read', 'received'])
export type MessageState = z.infer<typeof MessageState>

/** The message that another one answers, as far as it is here. */
export const Quote = z.object({
  id: MessageId,
  /** Null: it is not here, or was taken back. */
  from: AccountId.nullable(),
  /** Its beginning, one line; empty where there is none. */
  text: z.string(),
  kind: z.enum(['text', 'files', 'voice', 'gone']),
})
export type Quote = z.infer<typeof Quote>

export const Reaction = z.object({ emoji: Emoji, by: z.array(AccountId) })
export type Reaction = z.infer<typeof Reaction>

/** Where a message stands among all of its conversation: the same order on every device. Opaque; compare as text. */
export const MessageOrder = z.string().regex(/^[0-9]{16}-[a-z0-9]{1,64}$/, 'not a place in a conversation')
export type MessageOrder = z.infer<typeof MessageOrder>

export const Message = z.object({
  id: MessageId,
  conversation: ConversationId,
  /** Position in this device's view of the conversation: 1, 2, 3… in the order they were stored here. What is read goes by it. */
  position: z.int().positive(),
  /** What is shown goes by this. */
  order: MessageOrder,
  from: AccountId,
  device: PeerId,
  mine: z.boolean(),
  /** `deleted`: taken back; nothing of it is left. `missing`: its words were not given on with it; they may yet come. */
  kind: z.enum(['text', 'files', 'voice', 'notice', 'deleted', 'missing']),
  /** Markdown of the usual kind; what it may hold is the reader's to say. Empty where there is none. */
  text: z.string(),
  sentMs: TimeMs,
  storedMs: TimeMs,
  editedMs: TimeMs.nullable(),
  /** Who took it back: its author, or a moderator. */
  deletedBy: AccountId.nullable(),
  reply: Quote.nullable(),
  forwarded: z.boolean(),
  mentions: z.array(AccountId).max(MAX_MENTIONS),
  reactions: z.array(Reaction).max(MAX_REACTIONS),
  /** Pinned for everybody in the conversation. */
  pinned: z.boolean(),
  files: z.array(FileOffer),
  notice: GroupNotice.nullable(),
  /** It disappears then, everywhere. */
  expiresMs: TimeMs.nullable(),
  state: MessageState,
  /** Of a message of yours: people who have it, who have read it, of how many. */
  reach: z.object({ delivered: z.int().nonnegative(), read: z.int().nonnegative(), of: z.int().nonnegative() }),
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

/** What this person chose for one conversation; the same on all of their devices. */
export const ConversationChoices = z.object({
  archived: z.boolean(),
  /** `untilMs` null: until it is switched off. Mentions are told all the same. */
  muted: z.object({ untilMs: TimeMs.nullable() }).nullable(),
  /** Kept at the head of the list. */
  kept: z.boolean(),
  /** Whether they are told what was read here; null: as the settings say. */
  readReceipts: z.boolean().nullable(),
  /** Whether they see that something is being typed; null: as the settings say. */
  typing: z.boolean().nullable(),
  /** What was written and not sent. */
  draft: z.string().max(MAX_TEXT_BYTES),
})
export type ConversationChoices = z.infer<typeof ConversationChoices>

export const defaultChoices: ConversationChoices = {
  archived: false,
  muted: null,
  kept: false,
  readReceipts: null,
  typing: null,
  draft: '',
}

export const Conversation = z.object({
  id: ConversationId,
  /** `self`: notes of this account to itself, on all of its devices. */
  kind: z.enum(['direct', 'self', 'group']),
  /** The other account; of notes, one's own; null of a group. */
  with: AccountId.nullable(),
  group: Group.nullable(),
  unread: z.int().nonnegative(),
  /** Unread messages that name this account or answer it. */
  unreadMentions: z.int().nonnegative(),
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
  /** Messages disappear so long after they were sent; null: they stay. The same for everybody in it. */
  disappearAfterMs: DisappearAfter.nullable(),
  /** Pinned messages, the newest pin first. */
  pinned: z.array(MessageId),
  choices: ConversationChoices,
})
export type Conversation = z.infer<typeof Conversation>

/** One line of a message's delivery trace: what was tried, what came of it, what comes next. */
export const TraceStep = z.object({
  atMs: TimeMs,
  step: z.enum(['queued', 'tried', 'sent', 'held', 'delivered', 'read', 'failed', 'waits']),
  route: Route.nullable(),
  detail: z.string(),
  /** In a group: about whom. */
  account: AccountId.nullable(),
})
export type TraceStep = z.infer<typeof TraceStep>
