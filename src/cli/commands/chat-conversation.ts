import type { Conversation } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Client } from '../client.ts'
import { onlyPerson } from '../resolve.ts'

/** The conversation with whom `name` means, made if there is none yet. */
export async function conversationWith(
  client: Client,
  name: string,
): Promise<{ conversation: Conversation; people: Person[]; person: Person }> {
  const people = await client.contacts.list()
  const person = onlyPerson(people, name)
  return { conversation: await client.chat.open({ with: person.account }), people, person }
}
