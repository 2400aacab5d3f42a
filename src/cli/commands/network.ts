import type { Command } from 'commander'
import type { KnownNetwork } from '../../shared/model/networks.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { table, time } from '../layout.ts'
import { networkOf } from '../ledger/find.ts'
import { called, describeCard, describePreview } from '../ledger/network-text.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { short } from '../short-id.ts'
import { registerMake } from './network-make.ts'

const WHICH = 'what you call it, its id or the beginning of that'

export const register: Register = (program, context) => {
  const network = program
    .command('network')
    .description('the networks that this device knows, and which one is active')
    .action(() => list(context))

  network
    .command('list')
    .description('the same')
    .action(() => list(context))

  network
    .command('use')
    .description('make one the active one: its ledger is followed, its rooms are heard')
    .argument('<network>', WHICH)
    .action(async (which: string) => {
      const { client, found } = await find(context, which)
      const used = await client.networks.use({ id: found.id })
      context.show(used, () => `${called(used)} is active now.`)
    })

  registerMake(network, context)
  registerLinks(network, context)

  network
    .command('rename')
    .description('call one something else; others do not see it')
    .argument('<network>', WHICH)
    .argument('<label>')
    .action(async (which: string, label: string) => {
      const { client, found } = await find(context, which)
      const renamed = await client.networks.rename({ id: found.id, label })
      context.show(renamed, () => `${short(renamed.id)} is called ${called(renamed)} here.`)
    })

  network
    .command('forget')
    .description('forget one that is not active, with its chain')
    .argument('<network>', WHICH)
    .action(async (which: string) => {
      const { client, found } = await find(context, which)
      const done = await client.networks.forget({ id: found.id })
      context.show(done, () => `Forgot ${called(found)}, and its chain. A link brings it back: latch network join <link>`)
    })
}

function registerLinks(network: Command, context: Context): void {
  network
    .command('card')
    .description('a link that offers this device as a validator, for whoever makes a network')
    .action(async () => {
      const made = await (await context.client()).networks.card()
      context.show(made, () => [made.link, '', 'Give it to whoever makes the network: latch network make --card <link>'])
    })

  network
    .command('link')
    .description('a link by which others join a network')
    .argument('[network]', `${WHICH}; the active one unless told`)
    .action(async (which: string | undefined) => {
      const client = await context.client()
      const networks = await client.networks.list()
      const found = which === undefined ? activeOf(networks) : networkOf(networks, which)
      const made = await client.networks.link({ id: found.id })
      context.show(made, () => [made.link, '', `Whoever has it can join ${called(found)}: latch network join <link>`])
    })

  network
    .command('read')
    .description('what a link to a network, or the card of a validator, says; nothing is joined')
    .argument('<link>')
    .action(async (link: string) => {
      const client = await context.client()
      if (link.trim().startsWith('latch://validator/')) {
        const card = await client.networks.readCard({ link })
        return context.show(card, () => describeCard(card, context.io.nowMs()))
      }
      const preview = await client.networks.read({ link: networkLink(link) })
      context.show(preview, () => describePreview(preview, context.io.nowMs()))
    })

  network
    .command('join')
    .description('know a network by its link, and make it the active one')
    .argument('<link>')
    .option('--no-use', 'only know it; another stays active')
    .action(async (link: string, { use }: { use: boolean }) => {
      const joined = await (await context.client()).networks.join({ link: networkLink(link), use })
      context.show(joined, () => [
        joined.active
          ? `${called(joined)} is active now.`
          : `${called(joined)} is known now. Make it active: latch network use ${short(joined.id)}`,
      ])
    })
}

/** Errors: CliError that says where a link of another kind belongs. */
function networkLink(link: string): string {
  const text = link.trim()
  if (text.startsWith('latch://validator/'))
    throw wrongArgument('That is the card of a validator, for whoever makes a network: latch network make --card <link>')
  if (text.startsWith('latch://invite/'))
    throw wrongArgument('That is an invitation to a person. Use it with: latch connect <link>')
  if (!text.startsWith('latch://network/')) throw wrongArgument('A link to a network begins with latch://network/.')
  return text
}

async function find(context: Context, which: string): Promise<{ client: Client; found: KnownNetwork }> {
  const client = await context.client()
  return { client, found: networkOf(await client.networks.list(), which) }
}

function activeOf(networks: readonly KnownNetwork[]): KnownNetwork {
  const active = networks.find((one) => one.active)
  if (active === undefined) throw wrongArgument('No network is active; say which: latch network link <network>')
  return active
}

const origins = { own: 'your own', made: 'made here', link: 'a link', invitation: 'an invitation' } as const

async function list(context: Context): Promise<void> {
  const networks = await (await context.client()).networks.list()
  context.show(networks, () => {
    if (networks.length === 0) return 'No network yet: latch network make, or latch network join <link>'
    return table(
      ['STATE', 'NAME', 'ID', 'HEIGHT', 'LATEST BLOCK', 'VALIDATORS', 'NAMES END IN', 'FROM'],
      networks.map((one) => [
        one.active ? 'active' : 'known',
        oneLine(one.label),
        short(one.id),
        String(one.height),
        one.headMs === null ? '-' : time(one.headMs, context.io.nowMs()),
        `${one.validators.length}${one.validators.some(({ mine }) => mine) ? ', with this device' : ''}`,
        `.${one.tld}`,
        origins[one.origin],
      ]),
    )
  })
}
