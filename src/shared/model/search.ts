import { z } from 'zod'
import { AccountId, ConversationId } from '../ids.ts'
import { Message } from './chat.ts'

/** What is looked for. Words in any order, the last one as it is being typed; "quoted words" together. */
export const Query = z.object({
  text: z.string().max(256).default(''),
  conversation: ConversationId.optional(),
  from: AccountId.optional(),
  /** Sent at or after, and before. */
  sinceMs: z.coerce.number().int().nonnegative().optional(),
  untilMs: z.coerce.number().int().nonnegative().optional(),
  kind: z.enum(['text', 'files', 'pictures', 'voice', 'links']).optional(),
})
export type Query = z.infer<typeof Query>

export const Hit = z.object({
  message: Message,
  /** The words around what was found; `marks` are the ranges of it in UTF-16 units. */
  snippet: z.string(),
  marks: z.array(z.object({ start: z.int().nonnegative(), end: z.int().nonnegative() })),
})
export type Hit = z.infer<typeof Hit>
