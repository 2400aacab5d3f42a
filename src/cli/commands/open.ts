import type { GatewayState } from '../../shared/model/browse.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { withEnding } from '../names/find.ts'
import type { Register } from '../program.ts'
import { MAX_ADDRESS } from '../sites/find.ts'
import { browseNow } from '../sites/now.ts'

export const register: Register = (program, context) => {
  program
    .command('open')
    .description('open a site in the window that runs; without one, say where an ordinary browser finds it')
    .argument('<address>', 'alice.peer, peer://alice.peer/page')
    .action(async (typed: string) => {
      const client = await context.client()
      const address = (/[/:]/.test(typed) ? typed : withEnding(typed, (await client.ledger.head()).tld)).slice(0, MAX_ADDRESS)
      const read = await client.browse.read({ address })
      const { gateway, shows } = await browseNow(context, client)
      if (shows === 'views' && read.site !== null) {
        const tab = await client.browse.open({ address })
        return context.show(tab, () => `${tab.url} is opening in the window.`)
      }
      const isAnywhere = read.site !== null && gateway.state === 'on' && read.gateway !== null
      if (isAnywhere) return context.show(read, () => read.gateway ?? read.url)
      const why = nowhere(read, gateway)
      throw read.site === null ? wrongArgument(why) : new CliError(exitCodes.failed, why, 'CONFLICT')
    })
}

/** Why nothing shows it, and what would. */
function nowhere({ site, url }: { readonly site: string | null; readonly url: string }, { state, why }: GatewayState): string {
  if (site === null) return `${url} is of the outside web: open it in your browser.`
  if (state === 'failed') return `This node has no window, and its gateway does not run: ${why ?? 'why is not known'}`
  return 'This node has no window, and the gateway is off. Switch it on: latch gateway on'
}
