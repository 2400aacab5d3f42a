import { createHash } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { CONVERSATION_DOMAIN } from './constants.ts'

export type Members = readonly [AccountId, AccountId]

/** The two accounts in the one order both sides write them. */
export function membersOf(one: AccountId, other: AccountId): Members {
  return one < other ? [one, other] : [other, one]
}

/** What the two accounts call their conversation without asking each other: SHA-256 over domain and members, base32. */
export function conversationIdOf(members: Members): ConversationId {
  const hash = createHash('sha256').update([CONVERSATION_DOMAIN, ...members].join('\n')).digest()
  return base32.baseEncode(hash) as ConversationId
}
