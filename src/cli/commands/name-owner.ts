import type { Command } from 'commander'
import type { Submitted } from '../../shared/model/blocks.ts'
import type { NameLabel } from '../../shared/model/ledger.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { ownAccount } from '../ledger/find.ts'
import { submitWith, timeoutOf, waitOptions, type WaitOptions } from '../ledger/submitting.ts'
import { nameOf, recipientOf } from '../names/find.ts'

/** What is asked of the ledger about a name that is there. */
type Ask = (client: Client, name: NameLabel, signal: AbortSignal) => Promise<Submitted>

/** `latch name renew`, `transfer`, `take` and `release`. */
export function registerOwnership(name: Command, context: Context): void {
  const register = (verb: string, description: string, ask: Ask): void => {
    name
      .command(verb)
      .description(description)
      .argument('<name>', 'alice, or alice.peer')
      .option(...waitOptions.wait)
      .option(...waitOptions.timeout)
      .action((text: string, options: WaitOptions) => submit(context, text, options, ask))
  }
  register('renew', 'begin the term of a name of yours anew', (client, label, signal) => client.names.renew({ name: label }, { signal }))
  register('take', 'take a name that is offered to you', (client, label, signal) => client.names.take({ name: label }, { signal }))
  register('release', 'give a name of yours back: anybody may claim it', (client, label, signal) =>
    client.names.release({ name: label }, { signal }),
  )

  name
    .command('transfer')
    .description('offer a name of yours to somebody; to me: take the offer back')
    .argument('<name>', 'alice, or alice.peer')
    .argument('<to>', 'a contact, an account id, a name of theirs such as bea.peer, or me')
    .option(...waitOptions.wait)
    .option(...waitOptions.timeout)
    .action((text: string, to: string, options: WaitOptions) =>
      submit(context, text, options, async (client, label, signal) => {
        const account = to === 'me' ? await ownAccount(client) : await recipientOf(client, to)
        return client.names.transfer({ name: label, to: account }, { signal })
      }),
    )
}

async function submit(context: Context, text: string, options: WaitOptions, ask: Ask): Promise<void> {
  const timeoutMs = timeoutOf(options)
  const client = await context.client()
  const { name } = await nameOf(client, text)
  return submitWith(context, client, (signal) => ask(client, name, signal), { wait: options.wait === true, timeoutMs })
}
