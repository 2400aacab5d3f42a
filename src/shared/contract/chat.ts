import { z } from 'zod'
import { AccountId, ConversationId, MessageId, TimeMs, TransferId } from '../ids.ts'
import {
  Conversation,
  ConversationChoices,
  DisappearAfter,
  Emoji,
  Message,
  MessageOrder,
  MessageText,
  TraceStep,
} from '../model/chat.ts'
import { MAX_FILES_A_MESSAGE } from '../model/files.ts'
import { FullName } from '../model/names.ts'
import { base, watched } from './base.ts'

/** Messages are not in the snapshot: a window asks for the pages it shows. */
export const ChatEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('conversation-changed'), conversation: Conversation }),
  z.object({ event: z.literal('conversation-removed'), conversation: ConversationId }),
  /** `fresh`: it came or was written just now, and is not history that another device brought. */
  z.object({ event: z.literal('message-stored'), message: Message, fresh: z.boolean() }),
  z.object({ event: z.literal('message-changed'), message: Message }),
  /** Nothing of them is left here: cleared, removed for this person, or disappeared. */
  z.object({ event: z.literal('messages-removed'), conversation: ConversationId, ids: z.array(MessageId) }),
  /** Somebody types, until then unless it is said again. */
  z.object({ event: z.literal('typing'), conversation: ConversationId, account: AccountId, untilMs: TimeMs }),
])
export type ChatEvent = z.infer<typeof ChatEvent>

/** A page of messages, in their order; what lies before and behind it. */
export const MessagePage = z.object({ messages: z.array(Message), more: z.boolean(), later: z.boolean() })
export type MessagePage = z.infer<typeof MessagePage>

/** What is written: words, files that were staged, or both. */
export const Draft = z
  .object({
    text: z.union([z.literal(''), MessageText]).default(''),
    reply: MessageId.optional(),
    /** Staged by `files.stage`. */
    files: z.array(TransferId).max(MAX_FILES_A_MESSAGE).default([]),
    mentions: z.array(AccountId).max(50).default([]),
  })
export type Draft = z.infer<typeof Draft>

const tags = ['chat']
const one = z.object({ conversation: ConversationId })
const message = z.object({ id: MessageId })

export const chat = {
  conversations: base
    .route({ method: 'GET', path: '/conversations', tags, summary: 'Conversations, latest first' })
    .output(z.array(Conversation)),
  open: base
    .route({ method: 'POST', path: '/conversations', tags, summary: 'The conversation with an account, made if there is none; with your own: notes to yourself' })
    .input(
      z.object({
        with: AccountId,
        /** The name by which they were found (`alice.peer`): the conversation freezes when it moves to another account. */
        name: FullName.optional(),
      }),
    )
    .output(Conversation),
  decide: base
    .route({
      method: 'POST',
      path: '/conversations/{conversation}/decision',
      tags,
      summary: 'After its name moved: keep talking with the account you know, or go on with the one that has the name now',
    })
    .input(z.object({ conversation: ConversationId, choice: z.enum(['keep', 'follow']) }))
    .output(Conversation),
  messages: base
    .route({ method: 'GET', path: '/conversations/{conversation}/messages', tags, summary: 'A page of messages, oldest first; without a place, the latest' })
    .input(
      one.extend({
        /** Only messages before this place. */
        before: MessageOrder.optional(),
        /** Only messages behind this place. */
        after: MessageOrder.optional(),
        /** A page with this message in its middle. */
        around: MessageId.optional(),
        /** A page that begins with the first message sent at this time or later. */
        fromMs: z.coerce.number().int().nonnegative().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
    )
    .output(MessagePage),
  send: base
    .route({ method: 'POST', path: '/conversations/{conversation}/messages', tags, summary: 'Store a message and deliver it as soon as it can be' })
    .input(one.extend(Draft.shape))
    .output(Message),
  edit: base
    .route({ method: 'PUT', path: '/messages/{id}', tags, summary: 'Change the words of a message of yours, everywhere' })
    .input(message.extend({ text: MessageText, mentions: z.array(AccountId).max(50).default([]) }))
    .output(Message),
  remove: base
    .route({ method: 'DELETE', path: '/messages/{id}', tags, summary: 'Take a message back everywhere, or remove it for yourself' })
    .input(message.extend({ for: z.enum(['me', 'everyone']) }))
    .output(z.object({ id: MessageId })),
  react: base
    .route({ method: 'PUT', path: '/messages/{id}/reactions', tags, summary: 'React to a message, or take a reaction back' })
    .input(message.extend({ emoji: Emoji, on: z.boolean() }))
    .output(Message),
  pinMessage: base
    .route({ method: 'PUT', path: '/messages/{id}/pinned', tags, summary: 'Pin a message for everybody in the conversation' })
    .input(message.extend({ pinned: z.boolean() }))
    .output(Message),
  forward: base
    .route({ method: 'POST', path: '/messages/{id}/forward', tags, summary: 'Send a message on to other conversations' })
    .input(message.extend({ to: z.array(ConversationId).min(1).max(20) }))
    .output(z.array(Message)),
  message: base
    .route({ method: 'GET', path: '/messages/{id}', tags, summary: 'One message' })
    .input(message)
    .output(Message),
  choose: base
    .route({ method: 'PATCH', path: '/conversations/{conversation}', tags, summary: 'Archive, mute, keep on top, receipts, draft; what is not named stays' })
    .input(one.extend(ConversationChoices.partial().shape))
    .output(Conversation),
  disappear: base
    .route({ method: 'PUT', path: '/conversations/{conversation}/disappearing', tags, summary: 'How long messages stay, for everybody in it' })
    .input(one.extend({ afterMs: DisappearAfter.nullable() }))
    .output(Conversation),
  clear: base
    .route({ method: 'POST', path: '/conversations/{conversation}/clear', tags, summary: 'Remove all messages of a conversation from your devices' })
    .input(one)
    .output(Conversation),
  removeFrom: base
    .route({ method: 'POST', path: '/contacts/{account}/remove-messages', tags, summary: 'Remove everything somebody wrote from your devices' })
    .input(z.object({ account: AccountId }))
    .output(z.object({ removed: z.int().nonnegative() })),
  typing: base
    .route({ method: 'POST', path: '/conversations/{conversation}/typing', tags, summary: 'Tell who is there that something is being typed' })
    .input(one)
    .output(one),
  markRead: base
    .route({ method: 'PUT', path: '/conversations/{conversation}/read', tags, summary: 'Read up to a position' })
    .input(z.object({ conversation: ConversationId, position: z.int().nonnegative() }))
    .output(Conversation),
  trace: base
    .route({ method: 'GET', path: '/messages/{id}/trace', tags, summary: 'What happened to a message of yours, step by step' })
    .input(message)
    .output(z.object({ message: Message, steps: z.array(TraceStep) })),
  export: base
    .route({ method: 'POST', path: '/conversations/{conversation}/export', tags, summary: 'Write a conversation to a file: a page to read, or JSON' })
    .input(one.extend({ format: z.enum(['html', 'json']), path: z.string().min(1).max(4_096) }))
    .output(z.object({ path: z.string(), messages: z.int().nonnegative(), bytes: z.int().nonnegative() })),
  watch: base
    .route({ method: 'GET', path: '/chat/events', tags, summary: 'Messages stored, delivered, read' })
    .output(watched(z.array(Conversation), ChatEvent)),
}
