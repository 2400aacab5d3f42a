import type { Command } from 'commander'
import type { BlockLine } from '../../shared/model/blocks.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { followed } from '../follow.ts'
import { dim, time } from '../layout.ts'
import { blockTable, blockText, describeBlock } from '../ledger/block-text.ts'
import { blockOf, namedPeople } from '../ledger/find.ts'
import { wholeNumber } from '../numbers.ts'
import { oneLine } from '../plain.ts'

const DEFAULT_BLOCKS = 20
const MOST_BLOCKS = 500

interface BlocksOptions {
  readonly before?: string
  readonly limit?: string
  readonly follow?: boolean
}

/** `latch ledger blocks` and `block`. */
export function registerBlocks(ledger: Command, context: Context): void {
  ledger
    .command('blocks')
    .description('blocks of the chain, newest first')
    .option('--before <height>', 'only those below this height')
    .option('--limit <n>', `how many; ${DEFAULT_BLOCKS} unless told`)
    .option('--follow', 'the latest, oldest first, and then each as it comes')
    .action(async (options: BlocksOptions) => {
      const limit = wholeNumber('--limit', options.limit, 1, MOST_BLOCKS, DEFAULT_BLOCKS)
      const before = wholeNumber('--before', options.before, 1, Number.MAX_SAFE_INTEGER, undefined)
      if (options.follow !== true) return list(context, limit, before)
      if (before !== undefined) throw wrongArgument('--before looks back; leave it out with --follow.')
      return follow(context, limit)
    })

  ledger
    .command('block')
    .description('one block: its header, who signed it, its entries')
    .argument('<block>', 'its height, its id, or the beginning of that')
    .action(async (text: string) => {
      const client = await context.client()
      const facts = await client.ledger.block({ block: await blockOf(client, text) })
      const people = context.json ? [] : await namedPeople(client)
      context.show(facts, () => describeBlock(facts, people, context.io.nowMs()))
    })
}

async function list(context: Context, limit: number, before: number | undefined): Promise<void> {
  const client = await context.client()
  const blocks = await client.ledger.blocks({ limit, ...(before === undefined ? {} : { before }) })
  context.show(blocks, () => {
    if (blocks.length > 0) return blockTable(blocks, context.io.nowMs())
    return before === undefined ? 'No block yet. One is made when something waits: latch ledger submit' : 'No block is below that.'
  })
}

async function follow(context: Context, limit: number): Promise<void> {
  const client = await context.client()
  const { io } = context
  const show = (block: BlockLine): void =>
    context.show(block, () => `${dim(time(block.timestampMs, io.nowMs()), io.colour)}  ${blockText(block)}`)
  const begin = (blocks: readonly BlockLine[]): void => blocks.slice(0, limit).toReversed().forEach(show)
  await followed(
    context,
    (options) => client.ledger.watch(undefined, options),
    (item) => {
      if (item.kind === 'snapshot') begin(item.snapshot.blocks)
      else if (item.event.event === 'block-added') show(item.event.block)
      else if (item.event.event === 'network-changed') {
        const { label } = item.event.snapshot.status
        if (!context.json) io.out(`Another network is active: ${oneLine(label)}\n`)
        begin(item.event.snapshot.blocks)
      }
    },
  )
}
