import type { AccountId } from '../../../shared/ids.ts'
import type { Person } from '../../../shared/model/contacts.ts'
import type { Watched } from '../../platform/feed.ts'

export type ContactsEvent = { event: 'person-changed'; person: Person } | { event: 'person-forgotten'; account: AccountId }

export interface ContactsFeature {
  list(): Person[]
  get(account: AccountId): Person | null
  isContact(account: AccountId): boolean
  /** Somebody proved who they are on a connection. Strangers are kept too, the 500 last seen. */
  met(who: { account: AccountId; claimedName: string; devices: readonly string[]; demo: boolean }): Person
  seen(account: AccountId): void
  /** Makes a contact; the petname starts as what they call themselves. No change if they are one. */
  add(account: AccountId): Person
  rename(account: AccountId, petname: string): Person
  verify(account: AccountId, verified: boolean): Person
  forget(account: AccountId): void
  watch(signal?: AbortSignal): AsyncIterable<Watched<Person[], ContactsEvent>>
}
