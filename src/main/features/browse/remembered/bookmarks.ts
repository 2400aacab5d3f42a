import { z } from 'zod'
import { LatchError } from '../../../../shared/errors.ts'
import { PageUrl, type Bookmark } from '../../../../shared/model/browse.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import { SiteName } from '../../../../shared/model/sites.ts'
import type { Database } from '../../../platform/database.ts'
import { MAX_BOOKMARKS } from '../limits.ts'
import { migrations } from './migrations.ts'

const Row = z.object({ url: PageUrl, site: SiteName, title: z.string(), added_ms: z.number() })

/** Pages that this person wants to find again, the oldest first. */
export class Bookmarks {
  readonly #database: Database

  constructor(database: Database) {
    database.migrate('browse', migrations)
    this.#database = database
  }

  list(network: NetworkId): Bookmark[] {
    const sql = 'SELECT url, site, title, added_ms FROM browse_bookmarks WHERE network = ? ORDER BY added_ms, url'
    return this.#database.prepare<[string]>(sql).all(network).map(bookmarkOf)
  }

  /** One that is there keeps its place, and is called otherwise. Errors: LatchError CONFLICT. */
  put(network: NetworkId, { url, site, title }: { url: string; site: SiteName; title: string }, nowMs: number): Bookmark {
    const before = this.#get(network, url)
    if (before === null && this.list(network).length >= MAX_BOOKMARKS) {
      throw new LatchError('CONFLICT', `There are ${MAX_BOOKMARKS.toLocaleString('en')} bookmarks already; remove one first.`)
    }
    const bookmark: Bookmark = { url, site, title, addedMs: before?.addedMs ?? nowMs }
    const sql = 'INSERT OR REPLACE INTO browse_bookmarks (network, url, site, title, added_ms) VALUES (?, ?, ?, ?, ?)'
    this.#database.prepare<[string, string, string, string, number]>(sql).run(network, url, site, title, bookmark.addedMs)
    return bookmark
  }

  /** Whether there was one. */
  remove(network: NetworkId, url: string): boolean {
    return this.#database.prepare<[string, string]>('DELETE FROM browse_bookmarks WHERE network = ? AND url = ?').run(network, url).changes > 0
  }

  #get(network: NetworkId, url: string): Bookmark | null {
    const sql = 'SELECT url, site, title, added_ms FROM browse_bookmarks WHERE network = ? AND url = ?'
    const row = this.#database.prepare<[string, string]>(sql).get(network, url)
    return row === undefined ? null : bookmarkOf(row)
  }
}

function bookmarkOf(row: unknown): Bookmark {
  const { added_ms: addedMs, ...rest } = Row.parse(row)
  return { ...rest, addedMs }
}
