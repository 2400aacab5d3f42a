import type { AccountId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { nameOf, type Person } from '../../../shared/model/contacts.ts'
import { paths } from '../../nav/paths.ts'
import { byLatest } from './state.ts'

export type ListEntry =
  | { kind: 'conversation'; account: AccountId | null; conversation: Conversation; path: string }
  | { kind: 'label'; label: 'people' | 'archived' }
  | { kind: 'person'; account: AccountId; person: Person; path: string }

/** Which conversations are listed. */
export type Filter = 'all' | 'unread' | 'groups'

export interface ListWanted {
  filter: Filter
  /** A part of a name; empty: everybody. */
  query: string
  showArchived: boolean
  titleOf: (conversation: Conversation) => string
}

const everything: ListWanted = { filter: 'all', query: '', showArchived: false, titleOf: () => '' }

/**
 * Conversations: those kept on top, then where something happened last; those that were put away below them where they
 * are wanted; last everybody met with whom there is none yet. Pure.
 */
export function listEntries(
  conversations: ReadonlyMap<unknown, Conversation>,
  people: ReadonlyMap<AccountId, Person>,
  isConnected: (account: AccountId) => boolean,
  { filter, query, showArchived, titleOf }: ListWanted = everything,
): ListEntry[] {
  const wanted = query.trim().toLocaleLowerCase()
  const sorted = byLatest(conversations.values()).toSorted((a, b) => Number(b.choices.kept) - Number(a.choices.kept))
  const shown = sorted.filter(
    (conversation) =>
      (wanted !== '' || isListed(conversation)) &&
      (wanted === '' || titleOf(conversation).toLocaleLowerCase().includes(wanted)) &&
      (filter !== 'unread' || conversation.unread > 0) &&
      (filter !== 'groups' || conversation.kind === 'group'),
  )
  // Whoever looks for somebody by name finds them wherever they were put.
  const open = shown.filter(({ choices }) => !choices.archived || wanted !== '')
  const archived = wanted === '' && showArchived ? shown.filter(({ choices }) => choices.archived) : []
  const talking = new Set(sorted.map((conversation) => (conversation.kind === 'group' ? null : conversation.with)))
  const others =
    filter !== 'all'
      ? []
      : [...people.values()]
          .filter((person) => !talking.has(person.account) && !person.blocked)
          .filter((person) => wanted === '' || nameOf(person).toLocaleLowerCase().includes(wanted))
          .map((person) => ({ person, near: isConnected(person.account) ? 0 : person.petname === null ? 2 : 1 }))
          .toSorted((a, b) => a.near - b.near || nameOf(a.person).localeCompare(nameOf(b.person)))
  return [
    ...open.map(entryOf),
    ...(others.length > 0 ? [{ kind: 'label' as const, label: 'people' as const }] : []),
    ...others.map(({ person }) => ({
      kind: 'person' as const,
      account: person.account,
      person,
      path: paths.chatWith(person.account),
    })),
    ...(archived.length > 0 ? [{ kind: 'label' as const, label: 'archived' as const }] : []),
    ...archived.map(entryOf),
  ]
}

/** Notes to oneself are listed once something is in them. */
export function isListed({ kind, last }: Pick<Conversation, 'kind' | 'last'>): boolean {
  return kind !== 'self' || last !== null
}

function entryOf(conversation: Conversation): ListEntry & { kind: 'conversation' } {
  const account = conversation.kind === 'group' ? null : conversation.with
  return { kind: 'conversation', account, conversation, path: pathOf(conversation) }
}

/** Where a conversation is opened: with a person by who they are, also before there is one. */
export function pathOf({ kind, with: account, id }: Pick<Conversation, 'kind' | 'with' | 'id'>): string {
  return kind === 'direct' && account !== null ? paths.chatWith(account) : paths.conversation(id)
}
