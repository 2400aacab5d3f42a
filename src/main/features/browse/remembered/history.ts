import { z } from 'zod'
import { PageUrl, type Visited } from '../../../../shared/model/browse.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import { SiteName } from '../../../../shared/model/sites.ts'
import type { Database } from '../../../platform/database.ts'
import { MAX_HISTORY } from '../limits.ts'
import { migrations } from './migrations.ts'

const Row = z.object({ url: PageUrl, site: SiteName, title: z.string(), last_ms: z.number(), visits: z.number() })

/** Where this person was, page by page. */
export class History {
  readonly #database: Database

  constructor(database: Database) {
    database.migrate('browse', migrations)
    this.#database = database
  }

  /** `isNew`: another visit; otherwise the page only has another title now. */
  visited(network: NetworkId, { url, site, title, isNew }: { url: string; site: SiteName; title: string; isNew: boolean }, nowMs: number): void {
    this.#database.transaction(() => {
      const found = this.#database.prepare<[string, string], { title: string }>('SELECT title FROM browse_history WHERE network = ? AND url = ?').get(network, url)
      if (found !== undefined) {
        const sql = 'UPDATE browse_history SET title = ?, last_ms = ?, visits = visits + ? WHERE network = ? AND url = ?'
        const kept = title === '' ? found.title : title
        this.#database.prepare<[string, number, number, string, string]>(sql).run(kept, nowMs, isNew ? 1 : 0, network, url)
        return
      }
      const sql = 'INSERT INTO browse_history (network, url, site, title, last_ms, visits) VALUES (?, ?, ?, ?, ?, 1)'
      this.#database.prepare<[string, string, string, string, number]>(sql).run(network, url, site, title, nowMs)
      this.#dropOldest(network)
    })
  }

  /** The latest first; with this in its address or its title. */
  list(network: NetworkId, text: string, limit: number): Visited[] {
    const sql = `SELECT url, site, title, last_ms, visits FROM browse_history
      WHERE network = ? AND (? = '' OR instr(lower(url), ?) > 0 OR instr(lower(title), ?) > 0) ORDER BY last_ms DESC, url LIMIT ?`
    const part = text.trim().toLowerCase()
    const rows = this.#database.prepare<[string, string, string, string, number]>(sql).all(network, part, part, part, limit)
    return rows.map((row) => {
      const { last_ms: lastMs, visits: count, ...rest } = Row.parse(row)
      return { ...rest, lastMs, count }
    })
  }

  /** One page, one site, or all. How many were forgotten. */
  forget(network: NetworkId, what: { readonly url?: string | undefined; readonly site?: SiteName | undefined }): number {
    const [where, value] = what.url !== undefined ? ['url', what.url] : what.site !== undefined ? ['site', what.site] : [null, null]
    const sql = `DELETE FROM browse_history WHERE network = ?${where === null ? '' : ` AND ${where} = ?`}`
    const values = value === null ? [network] : [network, value]
    return this.#database.prepare<string[]>(sql).run(...values).changes
  }

  /** Counting 10,000 rows of an index takes a fraction of a millisecond, once for each page that was not there before. */
  #dropOldest(network: NetworkId): void {
    const count = this.#database.prepare<[string], { n: number }>('SELECT count(*) AS n FROM browse_history WHERE network = ?').get(network)?.n ?? 0
    if (count <= MAX_HISTORY) return
    const sql = 'DELETE FROM browse_history WHERE rowid IN (SELECT rowid FROM browse_history WHERE network = ? ORDER BY last_ms LIMIT ?)'
    this.#database.prepare<[string, number]>(sql).run(network, count - MAX_HISTORY)
  }
}
