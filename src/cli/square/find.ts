import type { AccountId } from '../../shared/ids.ts'
import type { Post, PostId, RoomName } from '../../shared/model/square.ts'
import type { Client } from '../client.ts'
import { wrongArgument } from '../failure.ts'
import { oneLine } from '../plain.ts'
import { firstSettled, matchId, matchPerson, nameOf, nameOfAccount, only } from '../resolve.ts'
import { beginsWith, short } from '../short-id.ts'
import { authorName } from './post-text.ts'

const MOST_POSTS = 200

/** Errors: CliError that says what a room is called. */
export async function roomOf(text: string): Promise<RoomName> {
  const ids = await import('../../shared/model/square.ts')
  const parsed = ids.RoomName.safeParse(text)
  if (parsed.success) return parsed.data
  throw wrongArgument(`"${oneLine(text)}" cannot be a room: 1 to 32 small letters, digits and hyphens, no hyphen at either end.`)
}

/** A message by its id, or the beginning of that among the latest of the rooms that you are in. */
export async function postOf(client: Client, text: string): Promise<PostId> {
  const ids = await import('../../shared/model/square.ts')
  const whole = ids.PostId.safeParse(text.toLowerCase())
  if (whole.success) return whole.data
  const posts = await latestOf(client)
  return only(matchId(posts, text.toLowerCase()), text, 'message', ({ id, room }) => `${short(id)} (${room})`).id
}

interface Author {
  readonly account: AccountId
  /** As it is shown. */
  readonly name: string
}

/** Somebody known, or who wrote of late in a room that you are in. */
export async function authorOf(client: Client, text: string): Promise<Author> {
  const ids = await import('../../shared/ids.ts')
  const people = await client.contacts.list()
  const whole = ids.AccountId.safeParse(text)
  if (whole.success) return { account: whole.data, name: nameOfAccount(people, whole.data) }
  const known = matchPerson(people, text)
  if (known.found === 'one') return { account: known.item.account, name: nameOf(known.item) }
  const posts = known.found === 'none' ? await latestOf(client) : []
  const authors = [...new Map(posts.map((post) => [post.author, post])).values()].filter(({ mine }) => !mine)
  const wanted = text.toLocaleLowerCase('en')
  const match = firstSettled([
    () => authors.filter(({ author }) => beginsWith(author, text)),
    () => authors.filter(({ claimedName }) => claimedName.trim().toLocaleLowerCase('en') === wanted),
  ])
  if (known.found === 'many') only(known, text, 'person', (person) => `${nameOf(person)} (${short(person.account)})`)
  const post = only(match, text, 'person', (one) => authorName(one, people))
  return { account: post.author, name: authorName(post, people) }
}

/** Somebody who is muted. */
export async function mutedOf(client: Client, text: string): Promise<Author> {
  const [people, muted] = await Promise.all([client.contacts.list(), client.square.muted()])
  const known = matchPerson(people, text)
  const accounts = known.found === 'none' ? [] : (known.found === 'one' ? [known.item] : known.items).map((one) => one.account)
  const match = firstSettled([
    () => muted.filter((account) => account === text),
    () => muted.filter((account) => accounts.includes(account)),
    () => muted.filter((account) => beginsWith(account, text)),
  ])
  const account = only(match, text, 'muted person', (one) => nameOfAccount(people, one))
  return { account, name: nameOfAccount(people, account) }
}

async function latestOf(client: Client): Promise<Post[]> {
  const rooms = await client.square.rooms()
  const each = await Promise.all(rooms.map(({ name }) => client.square.posts({ room: name, limit: MOST_POSTS })))
  return each.flat()
}
