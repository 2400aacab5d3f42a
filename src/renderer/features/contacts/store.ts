import type { ContactsEvent } from '../../../shared/contract/contacts.ts'
import type { AccountId } from '../../../shared/ids.ts'
import type { Person } from '../../../shared/model/contacts.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

export type People = ReadonlyMap<AccountId, Person>

export function resetPeople(_: People, people: Person[]): People {
  return new Map(people.map((person) => [person.account, person]))
}

export function applyContactsEvent(people: People, event: ContactsEvent): People {
  const next = new Map(people)
  if (event.event === 'person-changed') next.set(event.person.account, event.person)
  else next.delete(event.account)
  return next
}

/** Everybody this device has met, by account. */
export const contactsStore = createFedStore<People, Person[], ContactsEvent>({
  initial: new Map(),
  reset: resetPeople,
  apply: applyContactsEvent,
})

export function usePeople(): People {
  return contactsStore.use(({ state }) => state)
}

/** Null while nobody of this account has proven who they are. */
export function usePerson(account: AccountId | null): Person | null {
  return contactsStore.use(({ state }) => (account === null ? null : (state.get(account) ?? null)))
}
