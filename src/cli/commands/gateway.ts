import type { GatewayState } from '../../shared/model/browse.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { wholeNumber } from '../numbers.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'

/** Below, the machine asks for more rights than Latch has. */
const LEAST_PORT = 1_024
const MOST_PORT = 65_535

export const register: Register = (program, context) => {
  program
    .command('gateway')
    .description('sites for ordinary browsers of this machine, an address for each name')
    .argument('[state]', 'on or off; without it, how it is')
    .option('--port <n>', 'of 127.0.0.1; 5380 unless told')
    .action(async (state: string | undefined, options: { port?: string }) => {
      if (state !== undefined && state !== 'on' && state !== 'off') throw wrongArgument(`The gateway is on or off, not "${oneLine(state)}".`)
      const port = options.port === undefined ? {} : { port: wholeNumber('--port', options.port, LEAST_PORT, MOST_PORT) }
      const client = await context.client()
      const before = await client.browse.gateway()
      const isAsked = state === undefined && options.port === undefined
      const on = state === undefined ? before.state !== 'off' : state === 'on'
      const gateway = isAsked ? before : await client.browse.setGateway({ on, ...port })
      const { tld } = await client.ledger.head()
      if (!isAsked && gateway.state === 'failed') {
        if (!context.json) throw new CliError(exitCodes.failed, gatewayText(gateway, tld), 'CONFLICT')
        context.exitWith(exitCodes.failed)
      }
      context.show(gateway, () => gatewayText(gateway, tld))
    })
}

function gatewayText({ state, port, why }: GatewayState, tld: string): string {
  switch (state) {
    case 'off':
      return `The gateway is off (port ${port}). To open sites in any browser of this machine: latch gateway on`
    case 'on':
      return `Any browser of this machine opens sites at http://<name>.${tld}.localhost:${port}/`
    case 'failed':
      return `The gateway is switched on and does not run: ${oneLine(why ?? 'why is not known')}`
  }
}
