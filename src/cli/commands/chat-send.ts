import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { TransferId } from '../../shared/ids.ts'
import type { Message } from '../../shared/model/chat.ts'
import type { StagedFile } from '../../shared/model/files.ts'
import { messageIn } from '../chat/find.ts'
import { MAX_PIECES, piecesOf, textOf } from '../chat/split.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { bytes, plural } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { conversationWith, type Talk } from './chat-conversation.ts'

interface SendOptions {
  readonly wait?: boolean
  readonly timeout?: string
  readonly reply?: string
  /** What a file is called that is piped in. */
  readonly name?: string
  readonly text?: string
}

/** What is piped in is held in memory, here and in the node. */
const MAX_PIPED_BYTES = 48 * 1_024 ** 2
/** As much as the contract takes in one call. */
const PART_BYTES = 1_024 ** 2
const MAX_FILES = 20

/** `latch chat send`, `send-file`. */
export function registerSending(chat: Command, context: Context): void {
  const wait = ['--wait', 'until it is stored on a device of theirs'] as const
  const timeout = ['--timeout <seconds>', 'with --wait: not longer than this'] as const
  const reply = ['--reply <message>', 'in answer to that one: its id, the beginning of it, or last'] as const
  chat
    .command('send')
    .description('send a message; it is delivered as soon as it can be')
    .argument('<name>', 'to whom: a person, a name as @alice.peer, a group as "#Hikers", notes')
    .argument('<text>', `what; - reads standard input: text in up to ${MAX_PIECES} messages, else as a file`)
    .option(...wait)
    .option(...timeout)
    .option(...reply)
    .option('--name <file>', 'with -: send it as a file of this name')
    .action((name: string, text: string, options: SendOptions) => send(context, name, text, options))

  chat
    .command('send-file')
    .description('offer files or folders; each is fetched as soon as they take it')
    .argument('<name>', 'to whom')
    .argument('<path...>', `files and folders, at most ${MAX_FILES}`)
    .option('--text <text>', 'what goes with them', '')
    .option(...wait)
    .option(...timeout)
    .option(...reply)
    .action((name: string, paths: string[], options: SendOptions) => sendFiles(context, name, paths, options))
}

async function send(context: Context, name: string, given: string, options: SendOptions): Promise<void> {
  const timeoutMs = timeoutOf(options)
  if (given === '-') return sendPiped(context, name, options, timeoutMs)
  if (options.name !== undefined) throw wrongArgument('--name goes with -, which reads standard input.')
  if (given === '') throw wrongArgument('There is nothing to send.')
  const talk = await talkWith(context, name)
  await sendAll(context, talk, [{ text: given }], options, timeoutMs)
}

/** Text as messages, the last line's end left away; what is no text, or too much to be read as messages, as a file. */
async function sendPiped(context: Context, name: string, options: SendOptions, timeoutMs: number | null): Promise<void> {
  const input = await context.io.readInputBytes()
  if (input.byteLength > MAX_PIPED_BYTES) {
    throw wrongArgument(`What is piped in can have ${bytes(MAX_PIPED_BYTES)}. Write it to a file, and: latch chat send-file ${oneLine(name)} <path>`)
  }
  const text = options.name === undefined ? textOf(input)?.replace(/\r?\n$/, '') : undefined
  const pieces = text === undefined ? null : piecesOf(text)
  if (input.byteLength === 0 || pieces?.length === 0) throw wrongArgument('There is nothing to send.')
  const talk = await talkWith(context, name)
  if (pieces !== null) return sendAll(context, talk, pieces.map((piece) => ({ text: piece })), options, timeoutMs)
  const isText = textOf(input) !== null
  const { id } = await stageAll(talk.client, input, {
    name: basename(options.name ?? (isText ? 'text.txt' : 'data.bin')),
    type: isText ? 'text/plain' : 'application/octet-stream',
  })
  await sendAll(context, talk, [{ text: '', files: [id] }], options, timeoutMs)
}

/** In as many calls as it needs. */
async function stageAll({ files }: Client, input: Uint8Array, what: { name: string; type: string }): Promise<StagedFile> {
  const data = (from: number): string => Buffer.from(input.subarray(from, from + PART_BYTES)).toString('base64')
  let parts: { id?: TransferId } = {}
  let at = 0
  for (; input.byteLength - at > PART_BYTES; at += PART_BYTES) parts = await files.put({ ...parts, data: data(at) })
  return files.stageBytes({ ...what, data: data(at), ...(parts.id === undefined ? {} : { parts: parts.id }) })
}

async function sendFiles(context: Context, name: string, paths: readonly string[], options: SendOptions): Promise<void> {
  const timeoutMs = timeoutOf(options)
  if (paths.length > MAX_FILES) throw wrongArgument(`One message offers at most ${MAX_FILES} files. More go as a folder.`)
  const talk = await talkWith(context, name)
  const files: TransferId[] = []
  try {
    for (const path of paths) files.push((await talk.client.files.stage({ path: resolve(path) })).id)
  } catch (error) {
    await Promise.all(files.map((id) => talk.client.files.unstage({ id })))
    throw error
  }
  await sendAll(context, talk, [{ text: options.text ?? '', files }], options, timeoutMs)
}

async function talkWith(context: Context, name: string): Promise<Talk & { readonly client: Client }> {
  const client = await context.client()
  const talk = await conversationWith(client, name)
  if (talk.conversation.pin !== null && talk.conversation.pin.moved !== null) throw moved(talk.conversation.pin.fullName)
  return { ...talk, client }
}

/** Stores them one after the other, and with `--wait` follows the last until a device of theirs has stored it too. */
async function sendAll(
  context: Context,
  { client, conversation, name }: Talk & { readonly client: Client },
  drafts: readonly { readonly text: string; readonly files?: TransferId[] }[],
  options: SendOptions,
  timeoutMs: number | null,
): Promise<void> {
  const reply = options.reply === undefined ? undefined : (await messageIn(client, conversation, options.reply)).id
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, context.io.interrupted])
  // Watched from before it is sent, so that its delivery cannot be missed.
  const events = options.wait === true ? await client.chat.watch(undefined, { signal }) : null
  try {
    await events?.next()
    const sent: Message[] = []
    for (const [at, draft] of drafts.entries()) sent.push(await client.chat.send({ conversation: conversation.id, ...draft, ...(at === 0 ? { reply } : {}) }))
    const newest = sent.at(-1)
    if (newest === undefined) return
    const timer = timeoutMs === null ? null : context.io.sleep(timeoutMs, signal).then(() => stop.abort())
    // A log is taken in its order: who has the last one has them all.
    const last = events === null ? newest : await delivered(events, newest, signal)
    stop.abort()
    await timer
    context.show(sent.length === 1 ? last : [...sent.slice(0, -1), last], () => outcome(last, name, sent.length))
    if (context.io.interrupted.aborted) {
      throw new CliError(exitCodes.interrupted, 'Stopped waiting; the message stays in the outbox.', 'INTERRUPTED')
    }
    if (events !== null && isOnItsWay(last)) context.exitWith(exitCodes.refused)
  } finally {
    stop.abort()
  }
}

function moved(fullName: string): CliError {
  const name = oneLine(fullName)
  return new CliError(exitCodes.failed, `${name} belongs to another account now; nothing was sent. Say whom you mean: latch chat decide ${name}`, 'CONFLICT')
}

function timeoutOf({ wait, timeout }: SendOptions): number | null {
  if (timeout === undefined) return null
  const seconds = Number(timeout)
  if (wait !== true || !Number.isFinite(seconds) || seconds <= 0)
    throw wrongArgument('--timeout takes a number of seconds, and goes with --wait.')
  return seconds * 1_000
}

type ChatEvents = Awaited<ReturnType<Client['chat']['watch']>>

/** The message once it is delivered, or as it was last seen when `signal` aborts. */
async function delivered(events: ChatEvents, sent: Message, signal: AbortSignal): Promise<Message> {
  let last = sent
  try {
    while (isOnItsWay(last) && !signal.aborted) {
      const { value, done } = await events.next()
      if (done === true) break
      if (value.kind === 'event' && value.event.event === 'message-changed' && value.event.message.id === sent.id)
        last = value.event.message
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return last
}

/** A mailbox may hold it: that is not yet a device of theirs. */
function isOnItsWay({ state }: Message): boolean {
  return state === 'queued' || state === 'held'
}

function outcome({ state, files }: Message, name: string, count: number): string {
  const what = count > 1 ? `${plural(count, 'message')}. ` : ''
  const offered = files.length === 0 ? '' : ` ${files.length === 1 ? 'The file is fetched as soon as it is' : 'The files are fetched as soon as they are'} taken: latch files follow`
  if (state === 'queued') return `${what}Stored here; it goes to ${name} as soon as it can.${offered}`
  if (state === 'held') return `${what}A mailbox holds it for ${name}.${offered}`
  return `${what}Delivered to ${name}.${offered}`
}
