import type { Visited } from '../../shared/model/browse.ts'
import { plural, table, time } from '../layout.ts'
import { wholeNumber } from '../numbers.ts'
import type { Register } from '../program.ts'
import { siteOf } from '../sites/find.ts'

const MOST = 1_000
const USUAL = '50'

export const register: Register = (program, context) => {
  const history = program
    .command('history')
    .description('pages of sites that you opened, the latest first')
    .argument('[text]', 'only those with it in their address or title')
    .option('--limit <n>', 'at most so many', USUAL)
    .action(async (text: string | undefined, options: { limit: string }) => {
      const limit = wholeNumber('--limit', options.limit, 1, MOST)
      const client = await context.client()
      const visited = await client.browse.history({ text: text ?? '', limit })
      context.show(visited, () => (visited.length === 0 ? 'Nothing was opened.' : historyTable(visited, context.io.nowMs())))
    })

  history
    .command('clear')
    .description('forget what was opened of one site, or all')
    .argument('[name]')
    .action(async (name: string | undefined) => {
      const client = await context.client()
      const done = await client.browse.clearHistory(name === undefined ? {} : { site: await siteOf(client, name) })
      context.show(done, () => `Forgot ${plural(done.cleared, 'page')}.`)
    })
}

function historyTable(visited: readonly Visited[], nowMs: number): string[] {
  return table(
    ['ADDRESS', 'TITLE', 'LAST', 'TIMES'],
    visited.map(({ url, title, lastMs, count }) => [url, title, time(lastMs, nowMs), String(count)]),
  )
}
