import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Person } from '../../../shared/model/contacts.ts'
import type { Watched } from '../../platform/feed.ts'

export type ContactsEvent =
  | { event: 'person-changed'; person: Person }
  | { event: 'person-forgotten'; account: AccountId }

export interface ContactsFeature {
  list(): Person[]
  get(account: AccountId): Person | null
  /** Contacts, but for those who are blocked. Quick enough for every look-up: what others say of them is not asked for. */
  accounts(): AccountId[]
  isContact(account: AccountId): boolean
  /** Somebody proved who they are on a connection. Strangers are kept too, the 500 last seen. */
  met(who: { account: AccountId; claimedName: string; devices: readonly string[]; demo: boolean }): Person
  /** They are here now. Kept to the minute. */
  seen(account: AccountId): void
  /**
   * Makes a contact; the petname starts as what they call themselves. No change if they are one.
   * Somebody not met yet (an invitation of theirs) is added by the end of their id.
   */
  add(account: AccountId): Person
  /** Makes a contact of somebody met. Errors: LatchError NOT_FOUND, BAD_INPUT. */
  rename(account: AccountId, petname: string): Person
  /** Whether the safety words were compared; also what ends `changed`. Errors: LatchError NOT_FOUND. */
  verify(account: AccountId, verified: boolean): Person
  /** Whose device this is, as of the list that was seen last; null for nobody met. Quick enough for every stream. */
  accountOf(peerId: PeerId): AccountId | null
  /** The groups of a contact; none of anybody else. */
  groupsOf(account: AccountId): readonly string[]
  /**
   * Which groups a contact is in, each once. The door is told by whoever calls this. Errors: LatchError NOT_FOUND (no
   * contact), BAD_INPUT (more than 16, or no name).
   */
  setGroups(account: AccountId, groups: readonly string[]): Person
  /** Removes them, contact or stranger; who is met again is a stranger. */
  forget(account: AccountId): void
  /** The devices of this account are no longer those that were vouched for. Says nothing of strangers: null. */
  markChanged(account: AccountId): Person | null
  /** Something about them that others decide (blocked, demo, names, revoked) may have changed: published if they are known here. */
  refresh(account: AccountId): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<Person[], ContactsEvent>>
}
