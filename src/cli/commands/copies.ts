import type { Copy } from '../../shared/model/copies.ts'
import type { SiteName } from '../../shared/model/sites.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { bytes } from '../layout.ts'
import { namedPeople } from '../ledger/find.ts'
import { LiveLine } from '../live-line.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { changesText, copiesTable, copyLookText, stateText } from '../sites/copy-text.ts'
import { siteOf } from '../sites/find.ts'

export const register: Register = (program, context) => {
  const copies = program
    .command('copies')
    .description('sites of others that are kept on this device')
    .action(() => list(context))

  copies
    .command('list')
    .description('what is kept, and how much room it takes (as without a word)')
    .action(() => list(context))

  copies
    .command('look')
    .description('what keeping a site would take')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const look = await client.copies.look({ site: await siteOf(client, text) })
      const people = context.json ? [] : await namedPeople(client)
      context.show(look, () => copyLookText(look, people))
    })

  copies
    .command('keep')
    .description('keep a copy of a site, or bring it up to date; Ctrl-C ends the telling, and it goes on')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      await keep(context, client, await siteOf(client, text))
    })

  copies
    .command('cancel')
    .description('stop fetching; what came is kept')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const copy = await client.copies.cancel({ site: await siteOf(client, text) })
      context.show(copy, () => `${copy.site}: ${stateText(copy)}`)
    })

  copies
    .command('changes')
    .description('what changed on the site since the copy was kept')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const changes = await client.copies.changes({ site: await siteOf(client, text) })
      context.show(changes, () => changesText(changes))
    })

  copies
    .command('serve')
    .description('whether others are given a copy')
    .argument('<name>')
    .argument('<state>', 'on or off')
    .action(async (text: string, state: string) => {
      if (state !== 'on' && state !== 'off') throw wrongArgument(`A copy is given on or it is not: on or off, not "${oneLine(state)}".`)
      const client = await context.client()
      const copy = await client.copies.serve({ site: await siteOf(client, text), served: state === 'on' })
      context.show(copy, () => (copy.isServed ? `${copy.site} is given to whoever may have it.` : `${copy.site} is kept for you alone.`))
    })

  copies
    .command('drop')
    .description('remove a copy from this device')
    .argument('<name>')
    .action(async (text: string) => {
      const client = await context.client()
      const done = await client.copies.drop({ site: await siteOf(client, text) })
      context.show(done, () => `${done.site} is not kept any more; ${bytes(done.freedBytes)} are free again.`)
    })
}

async function list(context: Context): Promise<void> {
  const client = await context.client()
  const copies = await client.copies.list()
  const people = context.json || copies.length === 0 ? [] : await namedPeople(client)
  context.show(copies, () =>
    copies.length === 0 ? 'Nothing is kept. A site that offers copies: latch copies keep <name>' : copiesTable(copies, people, context.io.nowMs()),
  )
}

/** What goes on is told on standard error, so that `--json` prints one value. */
async function keep(context: Context, client: Client, asked: SiteName): Promise<void> {
  const line = new LiveLine({ ...context.io, out: (text) => context.io.err(text) })
  let copy: Copy = await client.copies.keep({ site: asked })
  // A name that was handed on is kept as the one that it leads to.
  const { site } = copy
  try {
    for await (const item of await client.copies.watch(undefined, { signal: context.io.interrupted })) {
      const all = item.kind === 'snapshot' ? item.snapshot.copies : item.event.event === 'copy-changed' ? [item.event.copy] : []
      copy = all.find((one) => one.site === site) ?? copy
      if (copy.state.kind !== 'fetching') break
      if (context.io.isTerminal && !context.json) line.say(`${site}: ${stateText(copy)}`, true)
    }
  } catch (error) {
    if (!context.io.interrupted.aborted) throw error
    throw new CliError(exitCodes.interrupted, 'It goes on without being told: latch copies', 'INTERRUPTED')
  } finally {
    line.end()
  }
  if (copy.state.kind === 'stopped') throw new CliError(exitCodes.failed, `${site}: ${stateText(copy)}`, 'UNREACHABLE')
  context.show(copy, () => `${site} is kept: ${bytes(copy.bytes)}, ${copy.cid}.`)
}
