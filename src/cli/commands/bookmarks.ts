import type { Bookmark } from '../../shared/model/browse.ts'
import { table, time } from '../layout.ts'
import { withEnding } from '../names/find.ts'
import type { Client } from '../client.ts'
import type { Register } from '../program.ts'
import { wholeNumber } from '../numbers.ts'
import { MAX_ADDRESS } from '../sites/find.ts'
import { browseNow } from '../sites/now.ts'

/** More than anybody has; behind the end of the list is its end. */
const LAST_PLACE = 100_000

export const register: Register = (program, context) => {
  const bookmarks = program
    .command('bookmarks')
    .description('addresses of sites that you keep')
    .action(async () => {
      const { bookmarks: kept } = await browseNow(context, await context.client())
      context.show(kept, () =>
        kept.length === 0 ? 'You have none. One is kept by: latch bookmarks add <address>' : bookmarksTable(kept, context.io.nowMs()),
      )
    })

  bookmarks
    .command('add')
    .description('keep an address, or call it otherwise')
    .argument('<address>')
    .argument('[title]')
    .action(async (address: string, title: string | undefined) => {
      const client = await context.client()
      const kept = await client.browse.bookmark({ url: await urlOf(client, address), title: title ?? '' })
      context.show(kept, () => `${kept.url} is kept.`)
    })

  bookmarks
    .command('move')
    .description('give it another place in the list')
    .argument('<address>')
    .argument('<place>', 'counted from 1')
    .action(async (address: string, typed: string) => {
      const place = wholeNumber('<place>', typed, 1, LAST_PLACE)
      const client = await context.client()
      const done = await client.browse.moveBookmark({ url: await urlOf(client, address), index: place - 1 })
      context.show(done, () => `${done.url} has another place.`)
    })

  bookmarks
    .command('remove')
    .description('keep it no more')
    .argument('<address>')
    .action(async (address: string) => {
      const client = await context.client()
      const done = await client.browse.removeBookmark({ url: await urlOf(client, address) })
      context.show(done, () => `${done.url} is kept no more.`)
    })
}

async function urlOf(client: Client, typed: string): Promise<string> {
  const address = /[/:]/.test(typed) ? typed : withEnding(typed, (await client.ledger.head()).tld)
  return (await client.browse.read({ address: address.slice(0, MAX_ADDRESS) })).url
}

function bookmarksTable(kept: readonly Bookmark[], nowMs: number): string[] {
  return table(
    ['ADDRESS', 'TITLE', 'SINCE'],
    kept.map(({ url, title, addedMs }) => [url, title, time(addedMs, nowMs)]),
  )
}
