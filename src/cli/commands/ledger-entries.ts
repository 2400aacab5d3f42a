import type { Command } from 'commander'
import type { LedgerEntry } from '../../shared/model/blocks.ts'
import type { AccountId } from '../../shared/ids.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { followed, lately } from '../follow.ts'
import { dim, table, time } from '../layout.ts'
import { describeEntry, describeInclusion, ENTRY_HEADINGS, entryLine, entryRows } from '../ledger/entry-text.ts'
import { accountOf, entryOf, namedPeople, ownAccount } from '../ledger/find.ts'
import { wholeNumber } from '../numbers.ts'

const DEFAULT_ENTRIES = 50
const MOST_ENTRIES = 500

interface EntriesOptions {
  readonly waiting?: boolean
  readonly mine?: boolean
  readonly account?: string
  readonly limit?: string
  readonly follow?: boolean
}

/** `latch ledger entries` and `entry`. */
export function registerEntries(ledger: Command, context: Context): void {
  ledger
    .command('entries')
    .description('entries: those that wait, then those of the newest blocks')
    .option('--waiting', 'only those that are not in a block yet')
    .option('--mine', 'only yours')
    .option('--account <who>', 'only of this account: a name, an account id or the beginning of one')
    .option('--limit <n>', `how many; ${DEFAULT_ENTRIES} unless told`)
    .option('--follow', 'those that wait, and then each as something happens to it')
    .action(async (options: EntriesOptions) => {
      if (options.mine === true && options.account !== undefined) throw wrongArgument('Say one of --mine and --account.')
      const limit = wholeNumber('--limit', options.limit, 1, MOST_ENTRIES, DEFAULT_ENTRIES)
      const client = await context.client()
      const account = await accountWanted(client, options)
      if (options.follow === true) return follow(context, client, account, options.waiting === true)
      return list(context, client, account, options.waiting === true, limit)
    })

  ledger
    .command('entry')
    .description('one entry, and where it is')
    .argument('<id>', 'its id or the beginning of it')
    .option('--proof', 'that it lies in a certified block')
    .action(async (text: string, { proof }: { proof?: boolean }) => {
      const client = await context.client()
      const id = await entryOf(client, text)
      if (proof === true) {
        const proven = await client.ledger.prove({ id })
        return context.show(proven, () => describeInclusion(proven))
      }
      const entry = await client.ledger.entry({ id })
      const people = context.json ? [] : await namedPeople(client)
      context.show(entry, () => describeEntry(entry, people, context.io.nowMs()))
    })
}

async function accountWanted(client: Client, { mine, account }: EntriesOptions): Promise<AccountId | null> {
  if (mine === true) return ownAccount(client)
  return account === undefined ? null : accountOf(client, account)
}

async function list(
  context: Context,
  client: Client,
  account: AccountId | null,
  waiting: boolean,
  limit: number,
): Promise<void> {
  const entries = await client.ledger.entries({ waiting, limit, ...(account === null ? {} : { account }) })
  const people = context.json || entries.length === 0 ? [] : await namedPeople(client)
  context.show(entries, () => {
    if (entries.length > 0) return table(ENTRY_HEADINGS, entryRows(entries, people, context.io.nowMs()))
    return waiting ? 'Nothing waits.' : 'No such entry is in the newest blocks, and none waits.'
  })
}

async function follow(context: Context, client: Client, account: AccountId | null, waiting: boolean): Promise<void> {
  const { io } = context
  const names = lately(context, () => namedPeople(client), [])
  const show = async (entry: LedgerEntry): Promise<void> => {
    if (account !== null && entry.account !== account) return
    if (waiting && entry.place.at !== 'pool') return
    const people = context.json ? [] : await names()
    const now = io.nowMs()
    context.show(entry, () => `${dim(time(now, now), io.colour)}  ${entryLine(entry, people)}`)
  }
  await followed(
    context,
    (options) => client.ledger.watch(undefined, options),
    async (item) => {
      if (item.kind === 'snapshot') for (const entry of item.snapshot.waiting) await show(entry)
      else if (item.event.event === 'entry-changed') await show(item.event.entry)
      else if (item.event.event === 'network-changed')
        for (const entry of item.event.snapshot.waiting) await show(entry)
    },
  )
}
