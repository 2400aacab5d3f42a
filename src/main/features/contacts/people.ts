import type { AccountId } from '../../../shared/ids.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { DisplayName } from '../../../shared/model/identity.ts'
import { MAX_STRANGERS } from './limits.ts'
import type { StoredPerson } from './store.ts'

/** Somebody the person using this has said something about: never dropped to make room. */
export function isKept(person: StoredPerson): boolean {
  return person.petname !== null || person.trust !== 'unverified'
}

/** The strangers beyond the bound, those seen longest ago first. */
export function tooMany(people: Iterable<StoredPerson>): AccountId[] {
  const strangers = [...people].filter((person) => !isKept(person))
  if (strangers.length <= MAX_STRANGERS) return []
  return strangers
    .toSorted((a, b) => seenMs(a) - seenMs(b))
    .slice(0, strangers.length - MAX_STRANGERS)
    .map((person) => person.account)
}

const byName = new Intl.Collator('en', { sensitivity: 'base' })

/** Contacts by name, then strangers, the last seen first. */
export function inOrder(people: Iterable<StoredPerson>): StoredPerson[] {
  return [...people].toSorted((a, b) => {
    if (a.petname !== null && b.petname !== null) return byName.compare(nameOf(a), nameOf(b))
    if (a.petname !== null || b.petname !== null) return a.petname === null ? 1 : -1
    return seenMs(b) - seenMs(a)
  })
}

/** The petname a contact starts with: what they call themselves, or the end of their id where that is no name. */
export function firstPetname(person: Pick<StoredPerson, 'account' | 'claimedName'>): string {
  const claimed = DisplayName.safeParse(person.claimedName)
  return claimed.success ? claimed.data : `…${person.account.slice(-8)}`
}

/** Names in the order in which they were got: what somebody has been called longest they are known by. */
export function longestFirst(names: readonly { readonly name: string; readonly sinceMs: number }[]): string[] {
  return names.toSorted((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1)).map(({ name }) => name)
}

function seenMs(person: StoredPerson): number {
  return person.lastSeenMs ?? person.firstMetMs
}
