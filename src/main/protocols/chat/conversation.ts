import { createHash } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { CONVERSATION_DOMAIN, ROSTER_DOMAIN, TALK_DOMAIN } from './constants.ts'

export type Members = readonly [AccountId, AccountId]

/** The two accounts in the one order both sides write them. */
export function membersOf(one: AccountId, other: AccountId): Members {
  return one < other ? [one, other] : [other, one]
}

/**
 * What the two accounts call their conversation without asking each other: SHA-256 over domain and members, base32. Of an
 * account with itself: its notes.
 */
export function conversationIdOf(members: Members): ConversationId {
  return idOf([CONVERSATION_DOMAIN, ...members].join('\n'))
}

/** The roster of a group: it certifies who made it. `seed`: 32 random bytes. */
export function rosterIdOf(creator: AccountId, seed: Uint8Array): ConversationId {
  return idOf([ROSTER_DOMAIN, creator, Buffer.from(seed).toString('hex')].join('\n'))
}

/** What is said in the group; also the id by which people know it. */
export function talkIdOf(roster: ConversationId): ConversationId {
  return idOf([TALK_DOMAIN, roster].join('\n'))
}

function idOf(text: string): ConversationId {
  return base32.baseEncode(createHash('sha256').update(text).digest()) as ConversationId
}
