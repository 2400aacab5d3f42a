import type { Conversation } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Client } from '../client.ts'
import { CliError } from '../failure.ts'
import { nameOf as wholeName } from '../names/find.ts'
import { lookupCode, whyNot } from '../names/lookup-text.ts'
import { nameOf, onlyPerson } from '../resolve.ts'

export interface Talk {
  readonly conversation: Conversation
  readonly people: Person[]
  /** Whom it is with, as it is shown. */
  readonly name: string
}

/**
 * The conversation with whom `text` means, made if there is none yet. By a name of the network (`@alice.peer`, or without the
 * @ where no contact is called so) it is with whoever owns that, and freezes when it moves. *Errors*: CliError.
 */
export async function conversationWith(client: Client, text: string): Promise<Talk> {
  const people = await client.contacts.list()
  const fullName = await fullNameIn(client, text, people)
  if (fullName === null) {
    const person = onlyPerson(people, text)
    return { conversation: await client.chat.open({ with: person.account }), people, name: nameOf(person) }
  }
  const before = (await client.chat.conversations()).find(({ pin }) => pin?.fullName === fullName)
  return { conversation: before ?? (await openBy(client, fullName, people)), people, name: fullName }
}

/** Null where a person is meant, as they are called. */
async function fullNameIn(client: Client, text: string, people: readonly Person[]): Promise<string | null> {
  const isSaid = text.startsWith('@')
  if (!isSaid && (!text.includes('.') || people.some(({ petname }) => petname === text))) return null
  if (!isSaid && !text.endsWith(`.${(await client.ledger.head()).tld}`)) return null
  return (await wholeName(client, text.replace(/^@/, ''))).fullName
}

async function openBy(client: Client, fullName: string, people: readonly Person[]): Promise<Conversation> {
  const lookup = await client.names.query({ text: fullName })
  const { outcome } = lookup
  // Whose it is suffices: their devices may be known though nobody has the zone.
  if ('owner' in outcome) return client.chat.open({ with: outcome.owner, name: fullName })
  throw new CliError(lookupCode(lookup, false), whyNot(lookup, people) ?? fullName, 'NOT_FOUND')
}
