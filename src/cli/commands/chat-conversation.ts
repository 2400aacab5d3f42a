import type { Conversation } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Client } from '../client.ts'
import { CliError } from '../failure.ts'
import { nameOf as wholeName, type Place } from '../names/find.ts'
import { lookupCode, whyNot } from '../names/lookup-text.ts'
import { matchGroup, onlyGroup, titleOf } from '../chat/find.ts'
import { matchPerson, nameOf, onlyPerson } from '../resolve.ts'

export interface Talk {
  readonly conversation: Conversation
  readonly people: Person[]
  /** Whom it is with, as it is shown. */
  readonly name: string
}

/** What one's own notes are called, unless somebody is called so. */
const NOTES = 'notes'

/**
 * The conversation with whom `text` means, made if there is none yet; `#name` or the name of a group: that; `notes`: those to oneself. By a name of the network (`@alice.peer`, or without the
 * @ where no contact is called so) it is with whoever owns that, and freezes when it moves. *Errors*: CliError.
 */
export async function conversationWith(client: Client, text: string): Promise<Talk> {
  const people = await client.contacts.list()
  const other = await otherThanOne(client, text, people)
  if (other !== null) return { conversation: other, people, name: titleOf(other, people) }
  const place = await placeIn(client, text, people)
  if (place === null) {
    const person = onlyPerson(people, text)
    return { conversation: await client.chat.open({ with: person.account }), people, name: nameOf(person) }
  }
  const { fullName } = place
  const conversation = (await boundTo(client, place)) ?? (await openBy(client, fullName, people))
  return { conversation, people, name: fullName }
}

/** A group or notes; null where one person is meant. Whoever is called as a group is comes first, but for a `#`. */
async function otherThanOne(client: Client, text: string, people: readonly Person[]): Promise<Conversation | null> {
  if (text.startsWith('#')) return onlyGroup(client, text)
  if (text.startsWith('@') || matchPerson(people, text).found !== 'none') return null
  if (text === NOTES) {
    const identity = await client.identity.get()
    return identity.state === 'ready' ? client.chat.open({ with: identity.me.account }) : null
  }
  const group = matchGroup(await client.chat.conversations(), text)
  return group.found === 'none' ? null : onlyGroup(client, text)
}

/** Null where a person is meant, as they are called. */
async function placeIn(client: Client, text: string, people: readonly Person[]): Promise<Place | null> {
  const isSaid = text.startsWith('@')
  if (!isSaid && (!text.includes('.') || people.some(({ petname }) => petname === text))) return null
  if (!isSaid && !text.endsWith(`.${(await client.ledger.head()).tld}`)) return null
  return wholeName(client, text.replace(/^@/, ''))
}

/**
 * The one that was opened by this name; null: none, or by the same name of another network, where it is somebody else's. One
 * whose name moved comes first: nothing goes to anybody by it before it is said who is meant.
 */
async function boundTo(client: Client, { name, fullName }: Place): Promise<Conversation | null> {
  const bound = (await client.chat.conversations()).filter(({ pin }) => pin?.fullName === fullName)
  const moved = movedOf(bound)
  if (moved !== null || bound.length === 0) return moved
  const owned = await client.ledger.name({ name })
  return bound.find(({ with: account, pin }) => (owned === null ? pin?.lapsed === true : account === owned.owner)) ?? null
}

function movedOf(bound: readonly Conversation[]): Conversation | null {
  return bound.find(({ pin }) => pin !== null && pin.moved !== null) ?? null
}

async function openBy(client: Client, fullName: string, people: readonly Person[]): Promise<Conversation> {
  const lookup = await client.names.query({ text: fullName })
  const { outcome } = lookup
  // Whose it is suffices: their devices may be known though nobody has the zone.
  if ('owner' in outcome) {
    const opened = await client.chat.open({ with: outcome.owner, name: fullName })
    // It may have moved just now: whoever had it before is not left without a word.
    return movedOf((await client.chat.conversations()).filter(({ pin }) => pin?.fullName === fullName)) ?? opened
  }
  throw new CliError(lookupCode(lookup, false), whyNot(lookup, people) ?? fullName, 'NOT_FOUND')
}
