import { z } from 'zod'
import { AccountId, ConversationId } from '../ids.ts'
import { Conversation } from '../model/chat.ts'
import { Group, GroupHistory, GroupTitle, MAX_MEMBERS, Picture, Role } from '../model/groups.ts'
import { base } from './base.ts'

const tags = ['groups']
const one = z.object({ group: ConversationId })

/** A group is a conversation: it is told of by `chat.watch`. */
export const groups = {
  create: base
    .route({ method: 'POST', path: '/groups', tags, summary: 'Make a group and invite people to it' })
    .input(
      z.object({
        title: GroupTitle,
        picture: Picture.nullable().default(null),
        history: GroupHistory.default('from-joining'),
        members: z.array(AccountId).max(MAX_MEMBERS - 1).default([]),
      }),
    )
    .output(Conversation),
  answer: base
    .route({ method: 'POST', path: '/groups/{group}/answer', tags, summary: 'Join a group you were invited to, or decline' })
    .input(one.extend({ join: z.boolean() }))
    .output(Group),
  add: base
    .route({ method: 'POST', path: '/groups/{group}/members', tags, summary: 'Invite people; also those who left or were removed' })
    .input(one.extend({ accounts: z.array(AccountId).min(1).max(MAX_MEMBERS) }))
    .output(Group),
  remove: base
    .route({ method: 'DELETE', path: '/groups/{group}/members/{account}', tags, summary: 'Remove somebody, and what they wrote if you want' })
    .input(one.extend({ account: AccountId, messagesToo: z.boolean().default(false) }))
    .output(Group),
  leave: base.route({ method: 'POST', path: '/groups/{group}/leave', tags, summary: 'Leave a group; its messages stay here' }).input(one).output(Group),
  setRole: base
    .route({ method: 'PUT', path: '/groups/{group}/members/{account}/role', tags, summary: 'Make somebody moderator, member, or owner in your place' })
    .input(one.extend({ account: AccountId, role: Role }))
    .output(Group),
  set: base
    .route({ method: 'PATCH', path: '/groups/{group}', tags, summary: 'Name, picture, and what late joiners see; what is not named stays' })
    .input(
      one.extend({
        title: GroupTitle.optional(),
        picture: Picture.nullable().optional(),
        history: GroupHistory.optional(),
        whoAdds: Group.shape.whoAdds.optional(),
      }),
    )
    .output(Group),
}
