import type { BrowseSnapshot } from '../../shared/contract/browse.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'

/** Tabs, bookmarks and what shows pages, as the stream of them begins. Errors: CliError where nothing answers any more. */
export async function browseNow(context: Context, client: Client): Promise<BrowseSnapshot> {
  const reading = new AbortController()
  try {
    for await (const item of await client.browse.watch(undefined, { signal: reading.signal })) {
      if (item.kind === 'snapshot') return item.snapshot
    }
  } finally {
    reading.abort()
  }
  throw context.gone()
}
