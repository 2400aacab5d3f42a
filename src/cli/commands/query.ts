import type { Lookup } from '../../shared/model/names.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { namedPeople } from '../ledger/find.ts'
import { withEnding } from '../names/find.ts'
import { describeLookup, isNoName, lookupCode, whyNot } from '../names/lookup-text.ts'
import { TraceLines } from '../names/trace-lines.ts'
import type { Register } from '../program.ts'

interface QueryOptions {
  readonly connect?: boolean
  readonly trace?: boolean
  readonly again?: boolean
}

/** As long as the contract takes. */
const MAX_TEXT = 1_024

export const register: Register = (program, context) => {
  program
    .command('query')
    .description('look a name up: whose it is, and where it points')
    .argument('<name>', 'alice.peer, www.alice.peer')
    .option('--connect', 'end with a direct connection to a device of it')
    .option('--trace', 'each step as it happens, with its time')
    .option('--again', 'ask others also where what is kept here is fresh')
    .action((text: string, options: QueryOptions) => query(context, text, options))
}

async function query(context: Context, text: string, options: QueryOptions): Promise<void> {
  const client = await context.client()
  const connect = options.connect === true
  const asked = { text: (await typed(client, text)).slice(0, MAX_TEXT), connect, again: options.again === true }
  const signal = context.io.interrupted
  try {
    const lookup = options.trace === true ? await traced(context, client, asked) : await client.names.query(asked, { signal })
    context.exitWith(lookupCode(lookup, connect))
    if (context.json) return options.trace === true ? undefined : context.show(lookup, () => '')
    if (isNoName(lookup)) throw wrongArgument(whyNot(lookup, []) ?? '')
    const people = await namedPeople(client)
    context.show(lookup, () => describeLookup(lookup, people, connect, context.io.nowMs()))
  } catch (error) {
    if (!signal.aborted) throw error
    throw new CliError(exitCodes.interrupted, 'Stopped looking.', 'INTERRUPTED')
  }
}

/** A name without its ending is meant with it. */
async function typed(client: Client, text: string): Promise<string> {
  const isBare = /^[a-z0-9-]+$/.test(text)
  return isBare ? withEnding(text, (await client.ledger.head()).tld) : text
}

/** The same, told step by step; with `--json` as the API gives it. */
async function traced(context: Context, client: Client, asked: { text: string; connect: boolean; again: boolean }): Promise<Lookup> {
  const lines = new TraceLines()
  for await (const item of await client.names.lookup(asked, { signal: context.io.interrupted })) {
    if (context.json) context.show(item, () => '')
    else if (item.kind === 'step') context.show(item, () => lines.of(item.step))
    if (item.kind !== 'done') continue
    if (!context.json) context.show(item, () => [...lines.end(item.lookup), ''])
    return item.lookup
  }
  throw context.gone()
}
