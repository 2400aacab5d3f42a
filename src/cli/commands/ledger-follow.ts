import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { followed, lately } from '../follow.ts'
import { dim, time } from '../layout.ts'
import { namedPeople } from '../ledger/find.ts'
import { LedgerLines } from '../ledger/follow-lines.ts'

/** `latch ledger follow`: a line for each thing; for a program, what the API gives. */
export function registerLedgerFollow(ledger: Command, context: Context): void {
  ledger
    .command('follow')
    .description('everything that happens on the ledger, as it happens')
    .action(async () => {
      const client = await context.client()
      const { io } = context
      const names = lately(context, () => namedPeople(client), [])
      const lines = new LedgerLines()
      await followed(
        context,
        (options) => client.ledger.watch(undefined, options),
        async (item) => {
          if (context.json) return context.show(item, () => '')
          const people = await names()
          const now = io.nowMs()
          const said =
            item.kind === 'snapshot' ? lines.begin(item.snapshot, people, now) : lines.of(item.event, people, now)
          context.show(item, () => said.map((line) => `${dim(time(now, now), io.colour)}  ${line}`))
        },
      )
    })
}
