import type { AccountId, ConversationId } from '../../../shared/ids.ts'
import { conversationIdOf, rosterIdOf, talkIdOf, type HeadsFrame, type Members } from '../../protocols/chat/index.ts'

/** What a conversation is between: two accounts (or one and itself), or one half of a group. */
export type About =
  | { readonly kind: 'two'; readonly members: Members }
  | { readonly kind: 'roster' | 'talk'; readonly roster: ConversationId }

type Heads = HeadsFrame['conversations'][number]

/** As it is said in heads, without the logs. */
export type Named = Omit<Extract<Heads, { members: unknown }>, 'logs'> | Omit<Extract<Heads, { roster: unknown }>, 'logs'>

export function aboutOf(named: Named): About {
  return 'members' in named ? { kind: 'two', members: named.members } : { kind: named.part, roster: named.roster }
}

export function namedOf(about: About): Named {
  return about.kind === 'two' ? { members: [...about.members] } : { roster: about.roster, part: about.kind }
}

export function idOf(about: About): ConversationId {
  if (about.kind === 'two') return conversationIdOf(about.members)
  return about.kind === 'roster' ? about.roster : talkIdOf(about.roster)
}

/** Whether `account` made the group of that roster, by the seed that its first entry shows. */
export function isMadeBy(roster: ConversationId, account: AccountId, seed: Uint8Array): boolean {
  return rosterIdOf(account, seed) === roster
}
