import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Hit, Query } from '../../shared/model/search.ts'
import { titleOf } from '../chat/find.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { bytes, plural, time } from '../layout.ts'
import { momentOf } from '../measures.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'
import { conversationWith } from './chat-conversation.ts'

interface SearchOptions {
  readonly in?: string
  readonly from?: string
  readonly since?: string
  readonly until?: string
  readonly kind?: string
  readonly limit: string
  readonly next?: string
}

const kinds: readonly string[] = ['text', 'files', 'pictures', 'voice', 'links'] satisfies Query['kind'][]
const MOST_HITS = 200

/** `latch chat search`, `latch chat export`. */
export function registerSearch(chat: Command, context: Context): void {
  chat
    .command('search')
    .description('messages of all conversations, newest first')
    .argument('[words...]', 'in any order, the last one may be a beginning; "two words" stand together; also names of files')
    .option('--in <name>', 'only in the conversation with them, or in a group')
    .option('--from <name>', 'only of this person')
    .option('--since <date>', '2026-12-01, "2026-12-01 18:00", or ISO 8601')
    .option('--until <date>', 'only before')
    .option('--kind <kind>', kinds.join(', '))
    .option('--limit <n>', 'how many', '20')
    .option('--next <place>', 'go on where the last answer ended')
    // `chat` itself has a --limit, with the same default, and takes what stands here for its own.
    .action((words: string[], _: SearchOptions, command: Command) => search(context, words.join(' '), command.optsWithGlobals()))

  chat
    .command('export')
    .description('write a conversation to a new file: a page to read (.html), or JSON (.json)')
    .argument('<name>')
    .argument('<path>', 'of a file that is not there yet')
    .option('--format <format>', 'html or json; without it, by the name of the file')
    .action(async (name: string, path: string, options: { format?: string }) => {
      const format = options.format ?? /\.(html|json)$/i.exec(path)?.[1]?.toLowerCase()
      if (format !== 'html' && format !== 'json') throw wrongArgument('Say --format html or --format json, or name the file so.')
      const client = await context.client()
      const { conversation } = await conversationWith(client, name)
      const written = await client.chat.export({ conversation: conversation.id, format, path: resolve(path) })
      context.show(written, () => `Wrote ${plural(written.messages, 'message')} to ${oneLine(written.path)} (${bytes(written.bytes)}). It is not encrypted.`)
    })
}

async function search(context: Context, text: string, options: SearchOptions): Promise<void> {
  const { kind, next } = options
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_HITS) throw wrongArgument(`--limit takes a number from 1 to ${MOST_HITS}.`)
  if (!isKind(kind)) throw wrongArgument(`--kind is one of ${kinds.join(', ')}.`)
  const [sinceMs, untilMs] = [momentIn('--since', options.since, context), momentIn('--until', options.until, context)]
  // Marks are places in a snippet as it came.
  const client = await context.rawClient()
  const people = await client.contacts.list()
  const conversation = options.in === undefined ? undefined : (await conversationWith(client, options.in)).conversation.id
  const from = options.from === undefined ? undefined : onlyPerson(people, options.from).account
  const found = await client.search.find({ text, conversation, from, sinceMs, untilMs, kind, limit, next })
  const titles = new Map(context.json ? [] : (await client.chat.conversations()).map((one) => [one.id, titleOf(one, people)]))
  context.show(found, () => {
    if (found.hits.length === 0) return 'Nothing was found.'
    const lines = found.hits.map(({ message, ...hit }) => {
      const who = message.mine ? 'you' : nameOfAccount(people, message.from)
      return `${time(message.sentMs, context.io.nowMs())}  ${titles.get(message.conversation) ?? ''}  ${short(message.id)}  ${who}: ${markedIn(hit)}`
    })
    return found.next === null ? lines : [...lines, `There is more: --next ${found.next}`]
  })
}

/** What was found between two signs; colour alone says nothing. */
function markedIn({ snippet, marks }: Omit<Hit, 'message'>): string {
  let [text, at] = ['', 0]
  for (const { start, end } of marks) {
    text += `${snippet.slice(at, start)}[${snippet.slice(start, end)}]`
    at = end
  }
  return oneLine(text + snippet.slice(at))
}

function isKind(kind: string | undefined): kind is Query['kind'] {
  return kind === undefined || kinds.includes(kind)
}

function momentIn(option: string, text: string | undefined, { io }: Context): number | undefined {
  if (text === undefined) return undefined
  const moment = momentOf(text, io.nowMs(), 'last')
  if (moment === null) throw wrongArgument(`${option} takes a date such as 2026-12-01, "2026-12-01 18:00", or ISO 8601 with its zone.`)
  return moment
}
