import type { Conversation, Message } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Client } from '../client.ts'
import { CliError, exitCodes } from '../failure.ts'
import { oneLine } from '../plain.ts'
import { firstSettled, matchId, nameOfAccount, only, type Match } from '../resolve.ts'
import { beginsWith, short } from '../short-id.ts'

/** How far back a message is looked for by the beginning of its id. */
const MOST_MESSAGES = 500

/** What a conversation is called here. */
export function titleOf({ kind, with: account, group }: Conversation, people: readonly Person[]): string {
  if (kind === 'self') return 'notes'
  return group === null ? nameOfAccount(people, account) : `#${oneLine(group.title)}`
}

/** A group by its name, with or without the sign before it, or by the beginning of its id. */
export function matchGroup(conversations: readonly Conversation[], text: string): Match<Conversation> {
  const wanted = fold(text.replace(/^#/, ''))
  const groups = conversations.filter(({ kind }) => kind === 'group')
  return firstSettled([
    () => groups.filter(({ id }) => id === text),
    () => groups.filter(({ group }) => group !== null && fold(group.title) === wanted),
    () => groups.filter(({ id }) => beginsWith(id, text)),
  ])
}

/** Errors: CliError saying that there is none, or between which to choose. */
export async function onlyGroup(client: Client, text: string): Promise<Conversation> {
  const match = matchGroup(await client.chat.conversations(), text)
  return only(match, text, 'group', ({ group, id }) => `#${oneLine(group?.title ?? '')} (${short(id)})`)
}

/** One message of a conversation: its id, the beginning of that, or `last`. */
export async function messageIn(client: Client, conversation: Conversation, text: string, mine = false): Promise<Message> {
  const { messages } = await client.chat.messages({ conversation: conversation.id, limit: MOST_MESSAGES })
  const there = messages.filter((message) => message.kind !== 'notice' && (!mine || message.mine))
  if (text === 'last') {
    const last = there.findLast(({ kind }) => kind !== 'deleted')
    if (last !== undefined) return last
    throw new CliError(exitCodes.failed, mine ? 'You have said nothing here yet.' : 'Nothing has been said yet.', 'NOT_FOUND')
  }
  const whole = /^bafyrei[a-z2-7]{52}$/.test(text) ? there.find(({ id }) => id === text) : undefined
  if (whole !== undefined) return whole
  return only(matchId(there, text), text, 'message', ({ id, text: words }) => `${short(id)} (${oneLine(words).slice(0, 20)})`)
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLocaleLowerCase('en')
}
