import { LatchError } from '../../shared/errors.ts'
import type { App, AppAnswer } from '../../shared/model/apps.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument, type ExitCode } from '../failure.ts'
import { STANDARD } from '../files.ts'
import { plural } from '../layout.ts'
import { durationOf } from '../measures.ts'
import { oneLine, plain } from '../plain.ts'
import { matchPeer, matchPerson, nameOf, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'
import { bytesIn, PIECE_BYTES, readPieces, sizeOfFile, writeBytes } from './app-body.ts'

export interface CallOptions {
  readonly file?: string
  readonly out?: string
  readonly deadline: string
  readonly knock: boolean
}

interface Asked {
  readonly who: string
  readonly app: App['id']
  readonly method: string
  readonly value: string | undefined
}

type Ask = Parameters<Client['apps']['request']>[0]

/** `latch app call`: asks, waits through the door of the other side, and prints what their program answers. */
export async function call(context: Context, { who, app, method, value }: Asked, options: CallOptions): Promise<void> {
  const { io } = context
  const deadlineMs = durationOf(options.deadline)
  if (deadlineMs === null) throw wrongArgument('--deadline takes a time such as 45s, 10m or 1h.')
  const { Method, MAX_DEADLINE_MS } = await import('../../shared/model/apps.ts')
  if (deadlineMs > MAX_DEADLINE_MS) throw wrongArgument('--deadline takes at most 1h.')
  if (!Method.safeParse(method).success) throw wrongArgument('A method is words between slashes, as in list/add.')
  if (value !== undefined && options.file !== undefined) throw wrongArgument('Give a value or --file, not both.')
  const body = options.file === undefined ? await jsonBody(io, value) : { more: true, bytes: await sizeOfFile(options.file) }
  const client = await context.client()
  const { to, name } = await find(client, who)
  const signal = io.interrupted
  const ask: Ask = { app, to, method, deadlineMs, knock: options.knock, ...body }
  try {
    const answer = await client.apps.request(ask, { signal })
    const given = { app, name, out: options.out }
    if (answer.call === null || options.file === undefined || answer.status !== 'go-on') {
      return await show(context, client, { ...given, answer })
    }
    const exchange = { app, id: answer.call }
    // Both at once: their program may answer while it reads.
    const sending = send(client, exchange, options.file, signal)
    const answering = client.apps.response(exchange, { signal }).then((last) => show(context, client, { ...given, answer: last }))
    await Promise.all([sending, answering])
  } catch (error) {
    if (!io.interrupted.aborted) throw error
    throw new CliError(exitCodes.interrupted, 'Stopped waiting, and took the request back.', 'INTERRUPTED')
  }
}

async function jsonBody(io: Context['io'], value: string | undefined): Promise<{ json?: unknown }> {
  if (value === undefined) return {}
  const text = value === STANDARD ? await io.readInput() : value
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    throw wrongArgument(`That value is no JSON. A text stands in quotes: '"hello"'.`)
  }
}

async function find(client: Client, who: string): Promise<{ to: Ask['to']; name: string }> {
  const { AccountId, PeerId } = await import('../../shared/ids.ts')
  const peerId = PeerId.safeParse(who)
  if (peerId.success) return { to: { peerId: peerId.data }, name: short(who) }
  const account = AccountId.safeParse(who)
  const [peers, people] = await Promise.all([client.peers.list(), client.contacts.list()])
  const match = matchPerson(people, who)
  if (account.success && match.found === 'none') return { to: { account: account.data }, name: short(who) }
  const peer = match.found === 'none' ? matchPeer(peers, people, who) : null
  if (peer?.found === 'one') return { to: { peerId: peer.item.peerId }, name: short(peer.item.peerId) }
  const person = onlyPerson(people, who)
  return { to: { account: person.account }, name: nameOf(person) }
}

/** A file in pieces, each as soon as the other side takes it. They may have answered all before it was all sent. */
async function send(client: Client, exchange: { app: string; id: string }, path: string, signal: AbortSignal): Promise<void> {
  try {
    for await (const piece of bytesIn(path, PIECE_BYTES)) {
      await client.apps.write({ ...exchange, chunk: piece.toString('base64') }, { signal })
    }
    await client.apps.write({ ...exchange, done: true }, { signal })
  } catch (error) {
    if (error instanceof LatchError && (error.code === 'UNREACHABLE' || error.code === 'NOT_FOUND')) return
    if (!signal.aborted) await client.apps.cancel(exchange).catch(() => {})
    throw error
  }
}

interface Given {
  readonly app: App['id']
  readonly name: string
  readonly answer: AppAnswer
  readonly out: string | undefined
}

async function show(context: Context, client: Client, { app, name, answer, out }: Given): Promise<void> {
  const { status, more, call: id, json, body } = answer
  context.exitWith(exitCodeOf(status))
  const said = heading(answer, name, app)
  const pieces = more && id !== null ? readPieces(client, { app, id }, context.io.interrupted) : null
  if (pieces !== null && out === undefined && context.json) {
    if (id !== null) await client.apps.cancel({ app, id })
    throw wrongArgument('The answer comes in pieces: say with --out where they go.')
  }
  const isText = json === undefined && (pieces !== null || body !== undefined)
  if (out === undefined && (context.json || !isText)) return context.show(answer, () => [said, ...valueOf(answer)].filter(Boolean))
  if (said !== '' && !context.json) context.io.err(`${said}\n`)
  if (out !== undefined && exitCodeOf(status) === exitCodes.refused) return context.show(answer, () => [])
  const whole = json === undefined ? Buffer.from(body ?? '', 'base64') : Buffer.from(`${JSON.stringify(json)}\n`)
  const bytes = await writeBytes(context.io, out ?? STANDARD, pieces ?? [whole])
  if (out === undefined || out === STANDARD) return
  context.show({ status, why: answer.why, bytes, out }, () => `${plural(bytes, 'byte')} in ${out}.`)
}

function valueOf({ status, json }: AppAnswer): string[] {
  if (json === undefined) return status === 'ok' ? ['Done.'] : []
  return [typeof json === 'string' ? plain(json) : JSON.stringify(json, null, 2)]
}

/** What an answer is introduced by: nothing, where all is well. */
function heading({ status, why }: AppAnswer, name: string, app: string): string {
  const because = why === '' ? '' : ` ${oneLine(why)}`
  switch (status) {
    case 'ok':
    case 'go-on':
      return ''
    case 'failed':
      return `${name}'s ${app} could not do it.${because}`
    case 'denied':
      return `${name} said no.${because}`
    case 'knock-first':
      return `${name} has not let you in for app:${app}. Without --no-knock they are asked.`
    case 'unanswered':
      return `${name} did not answer.${because}`
    case 'no-program':
      return `No program ${app} runs at ${name}'s just now.`
    case 'too-large':
      return `That is more than ${name}'s ${app} takes.${because}`
    case 'busy':
      return `${name}'s ${app} is busy; try again shortly.${because}`
    case 'timeout':
      return `There was no answer in time.`
    case 'malformed':
      return `${name}'s device did not understand, or was not understood.${because}`
    case 'unreachable':
      return `${name} cannot be reached now.${because}`
    case 'cancelled':
      return 'The request was taken back.'
  }
}

function exitCodeOf(status: AppAnswer['status']): ExitCode {
  if (status === 'ok') return exitCodes.done
  return status === 'failed' || status === 'malformed' ? exitCodes.failed : exitCodes.refused
}
