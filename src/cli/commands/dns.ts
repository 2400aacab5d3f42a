import type { DnsState } from '../../shared/model/names.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes } from '../failure.ts'
import { dnsChange, dnsText, isSettled, type DnsChange } from '../names/dns-words.ts'
import type { Register } from '../program.ts'

/** Far more than it takes to listen at a port. */
const SETTLES_MS = 5_000

export const register: Register = (program, context) => {
  program
    .command('dns')
    .description('answer programs of this machine that ask for names over DNS')
    .argument('[state]', 'on or off; without it, how it is')
    .option('--port <n>', 'of 127.0.0.1; 5350 unless told')
    .action(async (state: string | undefined, { port }: { port?: string }) => {
      const change = dnsChange(state, port)
      const client = await context.client()
      const [dns, { tld }] = [change === null ? await client.names.dns() : await changed(context, client, change), await client.ledger.head()]
      if (change?.dns === true && dns.state === 'failed') {
        if (!context.json) throw new CliError(exitCodes.failed, dnsText(dns, tld), 'CONFLICT')
        context.exitWith(exitCodes.failed)
      }
      context.show(dns, () => dnsText(dns, tld))
    })
}

/** The settings are kept at once; that it listens, or cannot, is told a moment later. */
async function changed(context: Context, client: Client, change: DnsChange): Promise<DnsState> {
  const { io } = context
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, io.interrupted])
  // Watched from before, so that nothing can be missed.
  const events = await client.names.watch(undefined, { signal })
  try {
    await events.next()
    const wanted = await client.settings.set(change)
    let dns = await client.names.dns()
    const timer = io.sleep(SETTLES_MS, signal).then(() => stop.abort())
    while (!isSettled(dns, wanted) && !signal.aborted) {
      const { value, done } = await events.next()
      if (done === true) break
      if (value.kind === 'event' && value.event.event === 'dns-changed') dns = value.event.dns
    }
    stop.abort()
    await timer
    return await client.names.dns()
  } catch (error) {
    if (!signal.aborted) throw error
    return client.names.dns()
  } finally {
    stop.abort()
  }
}
