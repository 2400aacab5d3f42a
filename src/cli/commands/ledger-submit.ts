import type { Command } from 'commander'
import type { OpDraft, Submitted } from '../../shared/model/blocks.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { readBytes } from '../files.ts'
import { plural } from '../layout.ts'
import { accountOf, evidenceOf, labelOf, ownAccount } from '../ledger/find.ts'
import { inBlock } from '../ledger/submit-wait.ts'
import { LiveLine } from '../live-line.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'

/** An entry has at most 16 KiB, a third more in base64; the rest is for line ends. */
const MAX_FILE_BYTES = 24 * 1024

interface SubmitOptions {
  readonly file?: string
  readonly wait?: boolean
  readonly timeout?: string
}

const options = {
  wait: ['--wait', 'until it is in a block, saying what it waits for'],
  timeout: ['--timeout <seconds>', 'with --wait: not longer than this'],
} as const

/** `latch ledger submit`: an entry made and signed here, or one that was signed elsewhere. */
export function registerSubmit(ledger: Command, context: Context): void {
  const submit = ledger
    .command('submit')
    .description('ask the ledger for something: claim, register, renew, release, transfer, evidence')
    .option('--file <file>', 'an entry that was signed elsewhere, as it is or in base64; - reads standard input')
    .option(...options.wait)
    .option(...options.timeout)
    .action((given: SubmitOptions) => submitFile(context, given))

  for (const [kind, description] of [
    ['claim', 'the first step to a name: says that one is wanted, and not yet which'],
    ['register', 'the second step, when the claim is in a block: the name is yours'],
    ['renew', 'another term for a name of yours'],
    ['release', 'give a name up: anybody may claim it'],
  ] as const) {
    submit
      .command(kind)
      .description(description)
      .argument('<name>', 'alice, or alice.peer')
      .option(...options.wait)
      .option(...options.timeout)
      .action((name: string, _: SubmitOptions, command: Command) =>
        submitOp(context, command.optsWithGlobals(), async (client) => ({ kind, name: await labelOf(client, name) })),
      )
  }

  submit
    .command('transfer')
    .description('offer a name to somebody; to yourself: take what was offered to you, or your offer back')
    .argument('<name>', 'alice, or alice.peer')
    .argument('<to>', 'a person, an account id, or me')
    .option(...options.wait)
    .option(...options.timeout)
    .action((name: string, to: string, _: SubmitOptions, command: Command) =>
      submitOp(context, command.optsWithGlobals(), async (client) => ({
        kind: 'transfer',
        name: await labelOf(client, name),
        to: to === 'me' ? await ownAccount(client) : await accountOf(client, to),
      })),
    )

  submit
    .command('evidence')
    .description('put it on the ledger that a validator signed two blocks')
    .argument('<id>', 'as latch ledger evidence shows it, or the beginning of it')
    .option(...options.wait)
    .option(...options.timeout)
    .action((id: string, _: SubmitOptions, command: Command) =>
      submitOp(context, command.optsWithGlobals(), async (client) => ({
        kind: 'evidence',
        id: (await evidenceOf(client, id)).id,
      })),
    )
}

async function submitOp(
  context: Context,
  given: SubmitOptions,
  draft: (client: Client) => Promise<OpDraft>,
): Promise<void> {
  if (given.file !== undefined) throw wrongArgument('--file goes without a word of what to submit.')
  const timeoutMs = timeoutOf(given)
  const client = await context.client()
  const op = await draft(client)
  return submitWith(context, client, { op }, given.wait === true, timeoutMs)
}

async function submitFile(context: Context, given: SubmitOptions): Promise<void> {
  if (given.file === undefined)
    throw wrongArgument('Say what to submit, such as claim <name>, or give a signed entry with --file.')
  const timeoutMs = timeoutOf(given)
  const entry = entryIn(await readBytes(context.io, given.file, MAX_FILE_BYTES), given.file)
  return submitWith(context, await context.client(), { entry }, given.wait === true, timeoutMs)
}

/** The base64 of an entry that a file holds in base64, or as it is: bytes of a signature are never all letters. */
export function entryIn(file: Uint8Array, path: string): string {
  const text = Buffer.from(file).toString('latin1')
  const packed = text.replaceAll(/\s/g, '')
  if (packed === '') throw wrongArgument(`${path} is empty.`)
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    if (packed.length % 4 === 0) return packed
    throw wrongArgument(`${path} is not whole: base64 comes in groups of four.`)
  }
  if (/^[ -~\s]+$/.test(text)) throw wrongArgument(`${path} holds neither an entry nor the base64 of one.`)
  return Buffer.from(file).toString('base64')
}

function timeoutOf({ wait, timeout }: SubmitOptions): number | null {
  if (timeout === undefined) return null
  const seconds = Number(timeout)
  if (wait !== true || !Number.isFinite(seconds) || seconds <= 0)
    throw wrongArgument('--timeout takes a number of seconds, and goes with --wait.')
  return seconds * 1_000
}

type What = Parameters<Client['ledger']['submit']>[0]

async function submitWith(
  context: Context,
  client: Client,
  what: What,
  wait: boolean,
  timeoutMs: number | null,
): Promise<void> {
  const { io } = context
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, io.interrupted])
  const line = new LiveLine(io)
  if (io.isTerminal && !context.json) line.say('Signing it, and doing the work that it costs…', true)
  try {
    // Watched from before it is submitted, so that nothing can be missed.
    const events = wait ? await client.ledger.watch(undefined, { signal }) : null
    const first = events === null ? null : await events.next()
    const submitted = await client.ledger.submit(what, { signal: io.interrupted })
    if (submitted.outcome === 'refused') {
      context.exitWith(exitCodes.refused)
      return context.show(submitted, () => said(line, `Refused: ${oneLine(submitted.why)} (${submitted.code})`))
    }
    const isAlone = submitted.peers === 0 && (await client.ledger.head()).quorum.lamp === 'alone'
    context.show(submitted, () => said(line, takenText(submitted, isAlone)))
    if (events === null || first?.done !== false || first.value.kind !== 'snapshot') return
    const timer = timeoutMs === null ? null : io.sleep(timeoutMs, signal).then(() => stop.abort())
    const { status } = first.value.snapshot
    const entry = await inBlock(context, events, status, submitted, signal)
    const isOver = signal.aborted
    stop.abort()
    await timer
    if (entry.place.at === 'gone') return context.exitWith(exitCodes.refused)
    if (entry.place.at === 'block') return
    if (io.interrupted.aborted) throw stillThere(entry.id)
    if (!isOver) throw context.gone()
    context.exitWith(exitCodes.refused)
    if (!context.json) io.out(`Not in a block in time; it stays submitted. Look with: latch ledger entry ${short(entry.id)}\n`)
  } catch (error) {
    if (io.interrupted.aborted && !(error instanceof CliError))
      throw new CliError(exitCodes.interrupted, 'Stopped before it was submitted.', 'INTERRUPTED')
    throw error
  } finally {
    line.end()
    stop.abort()
  }
}

/** What takes the place of the line that was open. */
function said(line: LiveLine, text: string): string[] {
  line.say(text, false)
  return []
}

function takenText({ entry, peers }: Extract<Submitted, { outcome: 'taken' }>, isAlone: boolean): string {
  const taken = `Submitted as ${short(entry.id)} (${entry.kind}).`
  if (isAlone) return taken
  return `${taken} ${peers === 0 ? 'Nobody of this network is connected now.' : `Sent to ${plural(peers, 'peer')}.`}`
}

function stillThere(id: string): CliError {
  return new CliError(
    exitCodes.interrupted,
    `Stopped waiting; the entry stays submitted. Look with: latch ledger entry ${short(id)}`,
    'INTERRUPTED',
  )
}
