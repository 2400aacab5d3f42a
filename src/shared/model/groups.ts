import { z } from 'zod'
import { AccountId, ConversationId, TimeMs } from '../ids.ts'
import { KiB } from '../units.ts'

/** People in one group. The figures were measured with 50; a log for each device of each must fit into one heads frame. */
export const MAX_MEMBERS = 100

export const MAX_PICTURE_BYTES = 12 * KiB

/** 1–64 characters, no control characters or line breaks, no bidi overrides. */
export const GroupTitle = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'a name holds no control or direction characters')

/** A small WebP, PNG or JPEG, base64. */
export const Picture = z.base64().max(Math.ceil((MAX_PICTURE_BYTES * 4) / 3) + 4)

/** There is one owner, who appoints moderators; moderators add and remove members, and take messages back. */
export const Role = z.enum(['owner', 'moderator', 'member'])
export type Role = z.infer<typeof Role>

/** What somebody sees who joins later: everything, or what is written from then on. */
export const GroupHistory = z.enum(['all', 'from-joining'])
export type GroupHistory = z.infer<typeof GroupHistory>

export const Member = z.object({
  account: AccountId,
  role: Role,
  /** `invited`: was added, and has not said yes. */
  state: z.enum(['invited', 'joined', 'left', 'removed']),
  /** Who added or removed them. */
  by: AccountId,
  sinceMs: TimeMs,
})
export type Member = z.infer<typeof Member>

export const Group = z.object({
  id: ConversationId,
  title: GroupTitle,
  picture: Picture.nullable(),
  history: GroupHistory,
  /** Who may add members. */
  whoAdds: z.enum(['moderators', 'members']),
  members: z.array(Member),
  /** Of this account. */
  role: Role,
  state: Member.shape.state,
  by: AccountId,
  createdMs: TimeMs,
})
export type Group = z.infer<typeof Group>

/** What happened in a group, as a line between the messages. */
export const GroupNotice = z.discriminatedUnion('what', [
  z.object({ what: z.literal('created') }),
  z.object({ what: z.enum(['added', 'joined', 'left', 'removed', 'promoted', 'demoted', 'made-owner']), whom: AccountId }),
  z.object({ what: z.literal('titled'), title: z.string() }),
  z.object({ what: z.enum(['pictured', 'history-changed', 'adding-changed']) }),
])
export type GroupNotice = z.infer<typeof GroupNotice>
