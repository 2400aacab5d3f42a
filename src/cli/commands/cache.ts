import { namedPeople } from '../ledger/find.ts'
import { plural } from '../layout.ts'
import { cacheTable } from '../names/cache-text.ts'
import { placeOf } from '../names/find.ts'
import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  const cache = program
    .command('cache')
    .description('the resource map: what is kept of names that were looked up')
    .action(async () => {
      const client = await context.client()
      const lines = await client.names.cache()
      const people = context.json || lines.length === 0 ? [] : await namedPeople(client)
      context.show(lines, () => {
        if (lines.length === 0) return 'Nothing is kept. What you look up is: latch query <name>'
        return cacheTable(lines, people, context.io.nowMs())
      })
    })

  cache
    .command('clear')
    .description('forget what is kept of one name, or of all')
    .argument('[name]', 'alice, or alice.peer; all without it')
    .action(async (text: string | undefined) => {
      const client = await context.client()
      const place = text === undefined ? null : await placeOf(client, text)
      const done = await client.names.clearCache(place === null ? {} : { fullName: place.fullName })
      context.show(done, () => {
        if (place === null) return `Forgot ${plural(done.cleared, 'name')}.`
        return done.cleared === 0 ? `Nothing was kept of ${place.fullName}.` : `Forgot what was kept of ${place.fullName}.`
      })
    })
}
