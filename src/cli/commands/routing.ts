import { namedPeople } from '../ledger/find.ts'
import { describeRouting } from '../names/routing-text.ts'
import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  program
    .command('routing')
    .description('the routing table of the DHT by distance, and the way of the last look-up')
    .action(async () => {
      const client = await context.client()
      const routing = await client.routing.table()
      const people = context.json ? [] : await namedPeople(client)
      context.show(routing, () => describeRouting(routing, people, context.io.nowMs()))
    })
}
