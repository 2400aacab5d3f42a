import { z } from 'zod'
import { LatchError } from '../../../../shared/errors.ts'
import { PageUrl, type Bookmark } from '../../../../shared/model/browse.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import { SiteName } from '../../../../shared/model/sites.ts'
import type { Database } from '../../../platform/database.ts'
import { MAX_BOOKMARKS } from '../limits.ts'
import { migrations } from './migrations.ts'

const Row = z.object({ url: PageUrl, site: SiteName, title: z.string(), added_ms: z.number() })

/** Pages that this person wants to find again, in the order that they gave them; a new one is the last. */
export class Bookmarks {
  readonly #database: Database

  constructor(database: Database) {
    database.migrate('browse', migrations)
    this.#database = database
  }

  list(network: NetworkId): Bookmark[] {
    const sql = 'SELECT url, site, title, added_ms FROM browse_bookmarks WHERE network = ? ORDER BY position, added_ms, url'
    return this.#database.prepare<[string]>(sql).all(network).map(bookmarkOf)
  }

  /** One that is there keeps its place, and is called otherwise. Errors: LatchError CONFLICT. */
  put(network: NetworkId, { url, site, title }: { url: string; site: SiteName; title: string }, nowMs: number): Bookmark {
    const before = this.#get(network, url)
    if (before === null && this.list(network).length >= MAX_BOOKMARKS) {
      throw new LatchError('CONFLICT', `There are ${MAX_BOOKMARKS.toLocaleString('en')} bookmarks already; remove one first.`)
    }
    const bookmark: Bookmark = { url, site, title, addedMs: before?.addedMs ?? nowMs }
    const sql = `INSERT INTO browse_bookmarks (network, url, site, title, added_ms, position)
      VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position) + 1, 0) FROM browse_bookmarks WHERE network = ?))
      ON CONFLICT (network, url) DO UPDATE SET site = excluded.site, title = excluded.title`
    this.#database.prepare<[string, string, string, string, number, string]>(sql).run(network, url, site, title, bookmark.addedMs, network)
    return bookmark
  }

  /** To the place `index` of the list; behind its end is its end. Whether there was one. */
  move(network: NetworkId, url: string, index: number): boolean {
    const urls = this.list(network).map((bookmark) => bookmark.url)
    const from = urls.indexOf(url)
    if (from < 0) return false
    const moved = urls.toSpliced(from, 1).toSpliced(index, 0, url)
    const put = this.#database.prepare<[number, string, string]>('UPDATE browse_bookmarks SET position = ? WHERE network = ? AND url = ?')
    this.#database.transaction(() => {
      for (const [position, one] of moved.entries()) put.run(position, network, one)
    })
    return true
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
