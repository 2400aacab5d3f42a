import type { Message } from '../../shared/model/chat.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { oneLine } from '../plain.ts'
import { conversationWith } from './chat-conversation.ts'

interface SendOptions {
  readonly wait?: boolean
  readonly timeout?: string
}

/** `latch chat send`: stores the message, and with `--wait` follows it until a device of theirs has stored it too. */
export async function send(context: Context, name: string, given: string, options: SendOptions): Promise<void> {
  const timeoutMs = timeoutOf(options)
  const text = given === '-' ? (await context.io.readInput()).replace(/\r?\n$/, '') : given
  if (text === '') throw wrongArgument('There is nothing to send.')
  const client = await context.client()
  const { conversation, name: shown } = await conversationWith(client, name)
  if (conversation.pin !== null && conversation.pin.moved !== null) throw moved(conversation.pin.fullName)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, context.io.interrupted])
  // Watched from before it is sent, so that its delivery cannot be missed.
  const events = options.wait === true ? await client.chat.watch(undefined, { signal }) : null
  try {
    await events?.next()
    const sent = await client.chat.send({ conversation: conversation.id, text })
    const timer = timeoutMs === null ? null : context.io.sleep(timeoutMs, signal).then(() => stop.abort())
    const last = events === null ? sent : await delivered(events, sent, signal)
    stop.abort()
    await timer
    context.show(last, () => outcome(last, shown))
    if (context.io.interrupted.aborted) {
      throw new CliError(exitCodes.interrupted, 'Stopped waiting; the message stays in the outbox.', 'INTERRUPTED')
    }
    if (events !== null && last.state === 'queued') context.exitWith(exitCodes.refused)
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
    while (last.state === 'queued' && !signal.aborted) {
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

function outcome(message: Message, name: string): string {
  return message.state === 'queued' ? `Stored here; it goes to ${name} as soon as it can.` : `Delivered to ${name}.`
}
