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
      context.show(read, () => {
        if (read.site === null) return `${read.url} is of the outside web: your browser opens it.`
        if (gateway.state === 'on' && read.gateway !== null) return read.gateway
        return 'This node has no window, and the gateway is off. Switch it on: latch gateway on'
      })
    })
}
