import type { Command } from 'commander'
import type { Conversation } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import { titleOf } from '../chat/find.ts'
import { briefOf, linesOf } from '../chat/lines.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { followed } from '../follow.ts'
import { plural, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { registerChoices } from './chat-choices.ts'
import { conversationWith } from './chat-conversation.ts'
import { registerDecide } from './chat-decide.ts'
import { registerActs } from './chat-messages.ts'
import { registerSearch } from './chat-search.ts'
import { registerSending } from './chat-send.ts'

const DEFAULT_MESSAGES = 20
const MOST_MESSAGES = 500

export const register: Register = (program, context) => {
  const readOptions = {
    limit: ['--limit <n>', 'how many of the latest', String(DEFAULT_MESSAGES)],
    keep: ['--keep-unread', 'do not mark them as read'],
    ids: ['--ids', 'with the beginning of the id of each, for edit, react and the like'],
  } as const
  const chat = program
    .command('chat')
    .description('what is said: list, read, send, follow, search')
    .argument('[name]', 'whose messages to read; without it, all conversations')
    .option(...readOptions.limit)
    .option(...readOptions.keep)
    .option(...readOptions.ids)
    .action((name: string | undefined, options: ReadOptions) =>
      name === undefined ? list(context, false) : read(context, name, options),
    )

  chat
    .command('read')
    .description('the latest messages with somebody')
    .argument('<name>')
    .option(...readOptions.limit)
    .option(...readOptions.keep)
    .option(...readOptions.ids)
    .action((name: string, _: ReadOptions, command: Command) => read(context, name, command.optsWithGlobals()))

  chat
    .command('list')
    .description('all conversations, latest first, those put away too')
    .action(() => list(context, true))

  registerSending(chat, context)
  registerActs(chat, context)
  registerSearch(chat, context)
  registerChoices(chat, context)
  registerDecide(chat, context)

  chat
    .command('follow')
    .description('messages as they come')
    .argument('[name]', 'only of this person')
    .action((name: string | undefined) => follow(context, name))

  chat
    .command('trace')
    .description('what happened to the latest message you sent somebody, step by step')
    .argument('<name>')
    .action(async (name: string) => {
      const client = await context.client()
      const { conversation } = await conversationWith(client, name)
      const { messages } = await client.chat.messages({ conversation: conversation.id, limit: MOST_MESSAGES })
      const latest = messages.findLast(({ mine }) => mine)
      if (latest === undefined) throw wrongArgument(`You have sent ${oneLine(name)} nothing yet.`)
      const trace = await client.chat.trace({ id: latest.id })
      context.show(trace, () =>
        table(
          ['WHEN', 'STEP', 'ROUTE', 'DETAIL'],
          trace.steps.map(({ atMs, step, route, detail }) => [
            time(atMs, context.io.nowMs()),
            step,
            route ?? '-',
            detail,
          ]),
        ),
      )
    })
}

interface ReadOptions {
  readonly limit: string
  readonly keepUnread?: boolean
  readonly ids?: boolean
}

async function list(context: Context, all: boolean): Promise<void> {
  const client = await context.client()
  const [known, people] = await Promise.all([client.chat.conversations(), client.contacts.list()])
  const conversations = known.filter(({ choices }) => all || !choices.archived)
  context.show(conversations, () => {
    if (conversations.length === 0) return 'No conversations yet. Knock at somebody: latch knock <who>'
    return table(
      ['WITH', 'UNREAD', 'LATEST', 'WHEN', 'WAITING'],
      conversations.map((conversation) => {
        const { unread, unreadMentions, last, waiting, waitingWhy } = conversation
        return [
          `${titleOf(conversation, people)}${aboutOf(conversation, context.io.nowMs())}`,
          unreadMentions === 0 ? String(unread) : `${unread} (${unreadMentions} for you)`,
          last === null ? '-' : briefOf(last, people),
          last === null ? '-' : time(last.sentMs, context.io.nowMs()),
          waiting === 0 ? '-' : `${plural(waiting, 'message')}${waitingWhy === null ? '' : `: ${waitingWhy}`}`,
        ]
      }),
    )
  })
}

/** What stands behind its name: by which name it was opened, and what was chosen for it. */
function aboutOf({ pin, choices, group }: Conversation, nowMs: number): string {
  const name = pin === null ? [] : [oneLine(pin.fullName), ...(pin.moved === null ? [] : ['which has moved'])]
  const isMuted = choices.muted !== null && (choices.muted.untilMs === null || choices.muted.untilMs > nowMs)
  const chosen = [...(choices.archived ? ['archived'] : []), ...(isMuted ? ['muted'] : []), ...(choices.draft === '' ? [] : ['draft'])]
  const about = [...name, ...(group?.state === 'invited' ? ['you are invited'] : []), ...chosen]
  return about.length === 0 ? '' : ` (${about.join(', ')})`
}

async function read(context: Context, name: string, options: ReadOptions): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_MESSAGES)
    throw wrongArgument(`--limit takes a number from 1 to ${MOST_MESSAGES}.`)
  const client = await context.client()
  const { conversation, people } = await conversationWith(client, name)
  const page = await client.chat.messages({ conversation: conversation.id, limit })
  context.show(page, () => {
    if (page.messages.length === 0) return 'Nothing has been said yet.'
    return page.messages.flatMap((message) => linesOf(message, people, context.io, { withId: options.ids === true }))
  })
  const last = page.messages.at(-1)
  if (last !== undefined && conversation.unread > 0 && options.keepUnread !== true) {
    await client.chat.markRead({ conversation: conversation.id, position: last.position })
  }
}

async function follow(context: Context, name: string | undefined): Promise<void> {
  const client = await context.client()
  const only = name === undefined ? null : (await conversationWith(client, name)).conversation.id
  const known = new Map<string, Conversation>()
  await followed(
    context,
    (options) => client.chat.watch(undefined, options),
    async (item) => {
      const news = item.kind === 'snapshot' ? item.snapshot : item.event.event === 'conversation-changed' ? [item.event.conversation] : []
      for (const one of news) known.set(one.id, one)
      if (item.kind !== 'event' || item.event.event !== 'message-stored') return
      const { message } = item.event
      if (only !== null && message.conversation !== only) return
      const people: Person[] = context.json ? [] : await client.contacts.list()
      const conversation = known.get(message.conversation)
      const where = conversation === undefined ? undefined : titleOf(conversation, people)
      context.show(message, () => linesOf(message, people, context.io, where === undefined ? {} : { where }))
    },
  )
}
