import type { AccountId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { nameOf, type Person } from '../../../shared/model/contacts.ts'
import { byLatest } from './state.ts'

export type ListEntry =
  | { kind: 'conversation'; account: AccountId; conversation: Conversation }
  | { kind: 'label' }
  | { kind: 'person'; account: AccountId; person: Person }

/** Conversations, where something happened last first; below them everybody met with whom there is none yet. */
export function listEntries(
  conversations: ReadonlyMap<unknown, Conversation>,
  people: ReadonlyMap<AccountId, Person>,
  isConnected: (account: AccountId) => boolean,
): ListEntry[] {
  const sorted = byLatest(conversations.values())
  const talking = new Set(sorted.map((conversation) => conversation.with))
  const others = [...people.values()]
    .filter((person) => !talking.has(person.account) && !person.blocked)
    .map((person) => ({ person, near: isConnected(person.account) ? 0 : person.petname === null ? 2 : 1 }))
    .toSorted((a, b) => a.near - b.near || nameOf(a.person).localeCompare(nameOf(b.person)))
  return [
    ...sorted.flatMap((conversation) =>
      conversation.with === null ? [] : [{ kind: 'conversation' as const, account: conversation.with, conversation }],
    ),
    ...(others.length > 0 ? [{ kind: 'label' as const }] : []),
    ...others.map(({ person }) => ({ kind: 'person' as const, account: person.account, person })),
  ]
}
