import type { Command } from 'commander'
import type { AccountId, ConversationId } from '../../shared/ids.ts'
import type { Message } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Context } from '../context.ts'
import { exitCodes, wrongArgument } from '../failure.ts'
import { dim, hanging, plural, shortened, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { nameOfAccount, onlyPerson } from '../resolve.ts'
import { conversationWith } from './chat-conversation.ts'
import { registerDecide } from './chat-decide.ts'
import { send } from './chat-send.ts'

const DEFAULT_MESSAGES = 20
const MOST_MESSAGES = 500

export const register: Register = (program, context) => {
  const readOptions = {
    limit: ['--limit <n>', 'how many of the latest', String(DEFAULT_MESSAGES)],
    keep: ['--keep-unread', 'do not mark them as read'],
  } as const
  const chat = program
    .command('chat')
    .description('what is said: list, read, send, follow')
    .argument('[name]', 'whose messages to read; without it, all conversations')
    .option(...readOptions.limit)
    .option(...readOptions.keep)
    .action((name: string | undefined, options: ReadOptions) =>
      name === undefined ? list(context) : read(context, name, options),
    )

  chat
    .command('read')
    .description('the latest messages with somebody')
    .argument('<name>')
    .option(...readOptions.limit)
    .option(...readOptions.keep)
    .action((name: string, _: ReadOptions, command: Command) => read(context, name, command.optsWithGlobals()))

  chat
    .command('send')
    .description('send a message; it is delivered as soon as it can be')
    .argument('<name>', 'to whom: a person, or a name as @alice.peer')
    .argument('<text>', 'what; - reads standard input')
    .option('--wait', 'until it is stored on a device of theirs')
    .option('--timeout <seconds>', 'with --wait: not longer than this')
    .action((name: string, text: string, options: { wait?: boolean; timeout?: string }) =>
      send(context, name, text, options),
    )

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
}

async function list(context: Context): Promise<void> {
  const client = await context.client()
  const [conversations, people] = await Promise.all([client.chat.conversations(), client.contacts.list()])
  context.show(conversations, () => {
    if (conversations.length === 0) return 'No conversations yet. Knock at somebody: latch knock <who>'
    return table(
      ['WITH', 'UNREAD', 'LATEST', 'WHEN', 'WAITING'],
      conversations.map(({ with: account, unread, last, waiting, waitingWhy, pin }) => [
        `${nameOfAccount(people, account)}${pin === null ? '' : ` (${oneLine(pin.fullName)}${pin.moved === null ? '' : ', which has moved'})`}`,
        String(unread),
        last === null ? '-' : shortened(`${last.mine ? 'you: ' : ''}${oneLine(last.text)}`, 40),
        last === null ? '-' : time(last.sentMs, context.io.nowMs()),
        waiting === 0 ? '-' : `${plural(waiting, 'message')}${waitingWhy === null ? '' : `: ${waitingWhy}`}`,
      ]),
    )
  })
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
    return page.messages.flatMap((message) => lineOf(message, people, context))
  })
  const last = page.messages.at(-1)
  if (last !== undefined && conversation.unread > 0 && options.keepUnread !== true) {
    await client.chat.markRead({ conversation: conversation.id, position: last.position })
  }
}

async function follow(context: Context, name: string | undefined): Promise<void> {
  const client = await context.client()
  const { interrupted } = context.io
  const account = name === undefined ? null : onlyPerson(await client.contacts.list(), name).account
  const events = await client.chat.watch(undefined, { signal: interrupted })
  const withOf = new Map<ConversationId, AccountId>()
  try {
    for await (const item of events) {
      const known =
        item.kind === 'snapshot'
          ? item.snapshot
          : item.event.event === 'conversation-changed'
            ? [item.event.conversation]
            : []
      for (const conversation of known) if (conversation.with !== null) withOf.set(conversation.id, conversation.with)
      if (item.kind !== 'event' || item.event.event !== 'message-stored') continue
      const { message } = item.event
      const other = withOf.get(message.conversation) ?? message.from
      if (account !== null && other !== account) continue
      const people = context.json ? [] : await client.contacts.list()
      context.show(message, () => lineOf(message, people, context, other))
    }
  } catch (error) {
    if (!interrupted.aborted) throw error
  }
  if (interrupted.aborted) context.exitWith(exitCodes.done)
}

/** `14:03  Bea  text`, further lines indented under the text; of ours, how far it got. */
function lineOf(message: Message, people: readonly Person[], { io }: Context, other?: AccountId): string[] {
  const to = other === undefined ? '' : ` to ${nameOfAccount(people, other)}`
  const who = message.mine ? `you${to} (${message.state})` : nameOfAccount(people, message.from)
  const head = `${time(message.sentMs, io.nowMs())}  ${who}  `
  const [first = '', ...rest] = hanging(head, message.text)
  return [dim(head, io.colour) + first.slice(head.length), ...rest]
}
