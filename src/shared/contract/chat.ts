import { z } from 'zod'
import { AccountId, ConversationId, MessageId } from '../ids.ts'
import { Conversation, Message, MessageText, TraceStep } from '../model/chat.ts'
import { FullName } from '../model/names.ts'
import { base, watched } from './base.ts'

/** Messages are not in the snapshot: a window asks for the pages it shows. */
export const ChatEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('conversation-changed'), conversation: Conversation }),
  z.object({ event: z.literal('message-stored'), message: Message }),
  z.object({ event: z.literal('message-changed'), message: Message }),
])
export type ChatEvent = z.infer<typeof ChatEvent>

const tags = ['chat']

export const chat = {
  conversations: base
    .route({ method: 'GET', path: '/conversations', tags, summary: 'Conversations, latest first' })
    .output(z.array(Conversation)),
  open: base
    .route({ method: 'POST', path: '/conversations', tags, summary: 'The conversation with an account, made if there is none' })
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
    .route({ method: 'GET', path: '/conversations/{conversation}/messages', tags, summary: 'A page of messages, oldest first' })
    .input(
      z.object({
        conversation: ConversationId,
        /** Only messages whose position is below this; without it, the latest. */
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.object({ messages: z.array(Message), more: z.boolean() })),
  send: base
    .route({ method: 'POST', path: '/conversations/{conversation}/messages', tags, summary: 'Store a message and deliver it as soon as it can be' })
    .input(z.object({ conversation: ConversationId, text: MessageText }))
    .output(Message),
  markRead: base
    .route({ method: 'PUT', path: '/conversations/{conversation}/read', tags, summary: 'Read up to a position' })
    .input(z.object({ conversation: ConversationId, position: z.int().nonnegative() }))
    .output(Conversation),
  trace: base
    .route({ method: 'GET', path: '/messages/{id}/trace', tags, summary: 'What happened to a message of yours, step by step' })
    .input(z.object({ id: MessageId }))
    .output(z.object({ message: Message, steps: z.array(TraceStep) })),
  watch: base
    .route({ method: 'GET', path: '/chat/events', tags, summary: 'Messages stored, delivered, read' })
    .output(watched(z.array(Conversation), ChatEvent)),
}
