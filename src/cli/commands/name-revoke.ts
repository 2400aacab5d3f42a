import type { Command } from 'commander'
import type { Revocation } from '../../shared/model/names.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { readBytes, STANDARD, writeParts } from '../files.ts'
import { namedPeople } from '../ledger/find.ts'
import { submitWith, timeoutOf, waitOptions, type WaitOptions } from '../ledger/submitting.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount } from '../resolve.ts'
import { entryIn } from './ledger-submit.ts'

/** An entry has at most 16 KiB, a third more in base64; the rest is for line ends. */
const MAX_FILE_BYTES = 24 * 1024

interface RevokeOptions extends WaitOptions {
  readonly now?: boolean
  readonly yes?: boolean
}

/** `latch name revocation` and `revoke`. */
export function registerRevocation(name: Command, context: Context): void {
  name
    .command('revocation')
    .description('the entry that would end your account on the ledger and its names, to be kept for a bad day; nothing is handed in')
    .option('--out <file>', 'write it to a new file; - is standard output')
    .action(({ out }: { out?: string }) => make(context, out))

  name
    .command('revoke')
    .description('end an account on the ledger, and its names with it; nothing takes it back')
    .argument('[file]', 'as latch name revocation wrote it; - reads standard input')
    .option('--now', 'the account of this device, without a file')
    .option('--yes', 'do not ask')
    .option(...waitOptions.wait)
    .option(...waitOptions.timeout)
    .action((file: string | undefined, options: RevokeOptions) => revoke(context, file, options))
}

async function make(context: Context, out: string | undefined): Promise<void> {
  const made = await (await context.client()).names.revocation()
  if (out === undefined)
    return context.show(made, () => [made.entry, '', `${keepSafe} ${what(made)} Hand it in: latch name revoke <file>`])
  await writeParts(context.io, out, [`${made.entry}\n`])
  if (out === STANDARD) return
  context.show({ file: out, names: made.names }, () => `Wrote ${out}. ${keepSafe} ${what(made)} Hand it in: latch name revoke ${out}`)
}

const keepSafe = 'Keep it safe: whoever has it can hand it in.'

function what({ names }: Pick<Revocation, 'names'>): string {
  return names.length === 0 ? 'It ends your account on the ledger.' : `It ends your account on the ledger, and ${names.join(', ')} with it.`
}

async function revoke(context: Context, file: string | undefined, options: RevokeOptions): Promise<void> {
  if ((file === undefined) === (options.now !== true))
    throw wrongArgument('Say one of a file that latch name revocation wrote, and --now.')
  const timeoutMs = timeoutOf(options)
  const held = file === undefined ? null : entryIn(await readBytes(context.io, file, MAX_FILE_BYTES), file)
  // The file may have come by standard input: nobody can be asked by the same way.
  if (options.yes !== true && (!context.io.canAsk || file === STANDARD || context.json))
    throw wrongArgument('Nothing takes a revocation back: say --yes if you mean it.')
  const client = await context.client()
  const { entry, sentence } = held === null ? await own(client) : await heldIn(client, held, file ?? '')
  if (options.yes !== true) await confirm(context, sentence)
  await submitWith(context, client, submitting(client, entry), { wait: options.wait === true, timeoutMs })
}

interface ToHandIn {
  readonly entry: string
  /** What comes of it. */
  readonly sentence: string
}

async function own(client: Client): Promise<ToHandIn> {
  const made = await client.names.revocation()
  return { entry: made.entry, sentence: what(made) }
}

/** What a file holds is read before anybody says yes to it. Errors: CliError where it is something else. */
async function heldIn(client: Client, entry: string, file: string): Promise<ToHandIn> {
  const [read, { network, tld }] = await Promise.all([client.ledger.read({ entry }), client.ledger.head()])
  const { kind, account, mine } = read
  if (kind !== 'revoke') throw wrongArgument(`${file} holds no revocation, but an entry of the kind ${kind}. Hand it in with: latch ledger submit --file ${file}`)
  if (read.network !== network) throw wrongArgument(`${file} holds a revocation for another network than the one that is used now.`)
  const [people, owned] = await Promise.all([namedPeople(client), client.ledger.names({ account })])
  const names = owned.map(({ name }) => `${name}.${tld}`)
  if (mine) return { entry, sentence: what({ names }) }
  const also = names.length === 0 ? '' : `, and ${names.join(', ')} with it`
  return { entry, sentence: `It ends the account of ${nameOfAccount(people, account)} (${account}) on the ledger${also}.` }
}

function submitting(client: Client, entry: string) {
  return (signal: AbortSignal) => client.ledger.submit({ entry }, { signal })
}

async function confirm({ io }: Context, sentence: string): Promise<void> {
  const answer = await io.ask(`${oneLine(sentence)} Nothing takes it back. Type "revoke" to go on: `)
  if (answer.trim().toLowerCase() !== 'revoke') throw new CliError(exitCodes.refused, 'Nothing was handed in.', 'INTERRUPTED')
}
