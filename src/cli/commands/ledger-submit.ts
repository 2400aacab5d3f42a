import type { Command } from 'commander'
import type { OpDraft } from '../../shared/model/blocks.ts'
import { insideRevocation } from '../../shared/revocation-text.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { readBytes } from '../files.ts'
import { accountOf, evidenceOf, labelOf, ownAccount } from '../ledger/find.ts'
import { submitWith, timeoutOf, waitOptions, type WaitOptions } from '../ledger/submitting.ts'

/** An entry has at most 16 KiB, a third more in base64; the rest is for line ends. */
const MAX_FILE_BYTES = 24 * 1024

interface SubmitOptions extends WaitOptions {
  readonly file?: string
}

/** `latch ledger submit`: an entry made and signed here, or one that was signed elsewhere. */
export function registerSubmit(ledger: Command, context: Context): void {
  const submit = ledger
    .command('submit')
    .description('ask the ledger for something: claim, register, renew, release, transfer, evidence')
    .option('--file <file>', 'an entry that was signed elsewhere, as it is or in base64; - reads standard input')
    .option(...waitOptions.wait)
    .option(...waitOptions.timeout)
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
      .option(...waitOptions.wait)
      .option(...waitOptions.timeout)
      .action((name: string, _: SubmitOptions, command: Command) =>
        submitOp(context, command.optsWithGlobals(), async (client) => ({ kind, name: await labelOf(client, name) })),
      )
  }

  submit
    .command('transfer')
    .description('offer a name to somebody; to yourself: take what was offered to you, or your offer back')
    .argument('<name>', 'alice, or alice.peer')
    .argument('<to>', 'a person, an account id, or me')
    .option(...waitOptions.wait)
    .option(...waitOptions.timeout)
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
    .option(...waitOptions.wait)
    .option(...waitOptions.timeout)
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
  return submitWith(context, client, (signal) => client.ledger.submit({ op }, { signal }), { wait: given.wait === true, timeoutMs })
}

async function submitFile(context: Context, given: SubmitOptions): Promise<void> {
  if (given.file === undefined)
    throw wrongArgument('Say what to submit, such as claim <name>, or give a signed entry with --file.')
  const timeoutMs = timeoutOf(given)
  const entry = entryIn(await readBytes(context.io, given.file, MAX_FILE_BYTES), given.file)
  const client = await context.client()
  return submitWith(context, client, (signal) => client.ledger.submit({ entry }, { signal }), { wait: given.wait === true, timeoutMs })
}

/** The base64 of an entry that a file holds in base64, or as it is: bytes of a signature are never all letters. */
export function entryIn(file: Uint8Array, path: string): string {
  const text = Buffer.from(file).toString('latin1')
  const packed = insideRevocation(text)
  if (packed === '') throw wrongArgument(`${path} is empty.`)
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    if (packed.length % 4 === 0) return packed
    throw wrongArgument(`${path} is not whole: base64 comes in groups of four.`)
  }
  if (/^[ -~\s]+$/.test(text)) throw wrongArgument(`${path} holds neither an entry nor the base64 of one.`)
  return Buffer.from(file).toString('base64')
}
