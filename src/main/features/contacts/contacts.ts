import { LatchError } from '../../../shared/errors.ts'
import { PeerId, type AccountId } from '../../../shared/ids.ts'
import { GroupName, type Person } from '../../../shared/model/contacts.ts'
import { DisplayName } from '../../../shared/model/identity.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import { MAX_DEVICES, MAX_GROUPS, SEEN_EVERY_MS } from './limits.ts'
import { firstPetname, inOrder, isKept, longestFirst, tooMany } from './people.ts'
import { safetyWords } from './safety-words.ts'
import { createPersonStore, type PersonStore, type StoredPerson } from './store.ts'
import type { ContactsEvent, ContactsFeature } from './types.ts'

export interface ContactsParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** The account whose contacts these are, or null before there is one. */
  readonly mine: () => AccountId | null
  /** The door's word. Call `refresh` when it changes. */
  readonly blocked: (account: AccountId) => boolean
  /** Whether that account revoked itself. Call `refresh` when it does. Without it nobody did. */
  readonly revoked?: (account: AccountId) => boolean
  /** Whether this is the demonstration peer that runs now. One that was met as such stays labelled. */
  readonly demo: (account: AccountId) => boolean
  /** Full names by the ledger of the active network. Call `refresh` when they change. Without it nobody has one. */
  readonly namesOf?: (account: AccountId) => readonly { readonly name: string; readonly sinceMs: number }[]
}

/** People met, from the database; every change is stored before it is told. */
export function createContacts(parts: ContactsParts): ContactsFeature {
  return new Contacts(parts)
}

class Contacts implements ContactsFeature {
  readonly #parts: ContactsParts
  readonly #store: PersonStore
  readonly #feed: Feed<ContactsEvent>
  readonly #people: Map<AccountId, StoredPerson>
  /** Whose device each is, so that a guard can ask at every stream. */
  readonly #owners = new Map<PeerId, Set<AccountId>>()
  /** Made once for each account: a list of 500 would take 10 ms each time. */
  readonly #words = new Map<AccountId, string[]>()

  constructor(parts: ContactsParts) {
    this.#parts = parts
    this.#store = createPersonStore(parts.database)
    this.#people = new Map(this.#store.all().map((person) => [person.account, person]))
    for (const person of this.#people.values()) this.#own(person)
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of the contacts failed'))
  }

  list(): Person[] {
    return inOrder(this.#people.values()).map((person) => this.#shown(person))
  }

  get(account: AccountId): Person | null {
    const person = this.#people.get(account)
    return person === undefined ? null : this.#shown(person)
  }

  accounts(): AccountId[] {
    const contacts = [...this.#people.values()].filter(({ account, petname }) => petname !== null && !this.#parts.blocked(account))
    return contacts.map(({ account }) => account)
  }

  isContact(account: AccountId): boolean {
    return this.#people.get(account)?.petname != null
  }

  met(who: { account: AccountId; claimedName: string; devices: readonly string[]; demo: boolean }): Person {
    const nowMs = this.#parts.clock.nowMs()
    const before = this.#people.get(who.account) ?? this.#unmet(who.account)
    const person = this.#change({
      ...before,
      claimedName: who.claimedName,
      devices: who.devices.slice(0, MAX_DEVICES).map((device) => PeerId.parse(device)),
      demo: before.demo || who.demo,
      lastSeenMs: nowMs,
    })
    for (const account of tooMany(this.#people.values())) this.#remove(account)
    return person
  }

  seen(account: AccountId): void {
    const person = this.#people.get(account)
    if (person === undefined) return
    const nowMs = this.#parts.clock.nowMs()
    // A clock that was set back must not silence this until it catches up.
    if (person.lastSeenMs !== null && Math.abs(nowMs - person.lastSeenMs) < SEEN_EVERY_MS) return
    this.#change({ ...person, lastSeenMs: nowMs })
  }

  add(account: AccountId): Person {
    const person = this.#people.get(account) ?? this.#unmet(account)
    if (person.petname !== null) return this.#shown(person)
    return this.#change({ ...person, petname: firstPetname(person) })
  }

  rename(account: AccountId, petname: string): Person {
    const name = DisplayName.safeParse(petname)
    if (!name.success) {
      throw new LatchError('BAD_INPUT', 'A name has 1 to 64 characters, none of them control or direction characters.')
    }
    return this.#change({ ...this.#known(account), petname: name.data })
  }

  verify(account: AccountId, verified: boolean): Person {
    return this.#change({ ...this.#known(account), trust: verified ? 'verified' : 'unverified' })
  }

  accountOf(peerId: PeerId): AccountId | null {
    let best: AccountId | null = null
    for (const account of this.#owners.get(peerId) ?? []) {
      if (best === null || this.#credence(account) >= this.#credence(best)) best = account
    }
    return best
  }

  groupsOf(account: AccountId): readonly string[] {
    const person = this.#people.get(account)
    return person?.petname == null ? [] : person.groups
  }

  setGroups(account: AccountId, groups: readonly string[]): Person {
    const person = this.#people.get(account)
    if (person?.petname == null) throw new LatchError('NOT_FOUND', 'Only a contact can be in a group.')
    const named = [...new Set(groups.map(asGroupName))]
    if (named.length > MAX_GROUPS) {
      throw new LatchError('BAD_INPUT', `One contact can be in ${MAX_GROUPS} groups, and no more.`)
    }
    return this.#change({ ...person, groups: named })
  }

  forget(account: AccountId): void {
    this.#remove(this.#known(account).account)
  }

  markChanged(account: AccountId): Person | null {
    const person = this.#people.get(account)
    if (person === undefined || !isKept(person)) return null
    return this.#change({ ...person, trust: 'changed' })
  }

  refresh(account: AccountId): void {
    const person = this.#people.get(account)
    if (person !== undefined) this.#feed.publish({ event: 'person-changed', person: this.#shown(person) })
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<Person[], ContactsEvent>> {
    return this.#feed.watch(() => this.list(), signal)
  }

  #known(account: AccountId): StoredPerson {
    const person = this.#people.get(account)
    if (person === undefined) throw new LatchError('NOT_FOUND', 'Nobody of that account has been met on this device.')
    return person
  }

  #unmet(account: AccountId): StoredPerson {
    return {
      account,
      claimedName: '',
      petname: null,
      trust: 'unverified',
      demo: false,
      devices: [],
      groups: [],
      firstMetMs: this.#parts.clock.nowMs(),
      lastSeenMs: null,
    }
  }

  #change(person: StoredPerson): Person {
    this.#store.put(person)
    this.#disown(person.account)
    this.#people.set(person.account, person)
    this.#own(person)
    const shown = this.#shown(person)
    this.#feed.publish({ event: 'person-changed', person: shown })
    return shown
  }

  #remove(account: AccountId): void {
    this.#store.remove(account)
    this.#disown(account)
    this.#people.delete(account)
    this.#words.delete(account)
    this.#feed.publish({ event: 'person-forgotten', account })
  }

  #own({ account, devices }: StoredPerson): void {
    for (const device of devices) this.#owners.set(device, (this.#owners.get(device) ?? new Set()).add(account))
  }

  #disown(account: AccountId): void {
    for (const device of this.#people.get(account)?.devices ?? []) {
      const owners = this.#owners.get(device)
      owners?.delete(account)
      if (owners?.size === 0) this.#owners.delete(device)
    }
  }

  /** A list names what its maker likes, also a friend's device: who is blocked has the least say, and contacts the most. */
  #credence(account: AccountId): number {
    return (this.#parts.blocked(account) ? 0 : 2) + (this.isContact(account) ? 1 : 0)
  }

  #shown(person: StoredPerson): Person {
    const { blocked, demo, revoked } = this.#parts
    return {
      ...person,
      trust: revoked?.(person.account) === true ? 'revoked' : person.trust,
      demo: person.demo || demo(person.account),
      blocked: blocked(person.account),
      safetyWords: this.#wordsWith(person.account),
      names: longestFirst(this.#parts.namesOf?.(person.account) ?? []),
    }
  }

  #wordsWith(account: AccountId): string[] {
    const me = this.#parts.mine()
    if (me === null) return []
    const words = this.#words.get(account) ?? safetyWords(me, account)
    this.#words.set(account, words)
    return words
  }
}

function asGroupName(group: string): string {
  const name = GroupName.safeParse(group)
  if (name.success) return name.data
  const sentence = 'A group has a name of 1 to 32 characters, none of them control or direction characters.'
  throw new LatchError('BAD_INPUT', sentence)
}
