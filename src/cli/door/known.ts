import type { Knock } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Known } from './knock-text.ts'

export const nobodyKnown: Known = { people: [], introducers: [] }

/** The names that a text about these knocks needs; introducers only where one carries a connection. */
export async function knownTo(client: Client, knocks: readonly Pick<Knock, 'through'>[]): Promise<Known> {
  const isCarried = knocks.some(({ through }) => through !== null)
  const [people, introducers] = await Promise.all([
    client.contacts.list(),
    isCarried ? client.reach.connectivity().then((connectivity) => connectivity.introducers) : [],
  ])
  return { people, introducers }
}
