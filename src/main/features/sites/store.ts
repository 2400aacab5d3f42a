import { z } from 'zod'
import { SiteAudience, SiteName, SiteSource } from '../../../shared/model/sites.ts'
import type { Database, Statement } from '../../platform/database.ts'
import { migrations } from './migrations.ts'

/** A site as it is kept. */
export interface StoredSite {
  readonly name: SiteName
  readonly source: SiteSource
  readonly audience: SiteAudience
  readonly publishedMs: number
}

const Row = z.object({
  name: SiteName,
  source: z.string().transform((text) => SiteSource.parse(JSON.parse(text))),
  audience: SiteAudience,
  published_ms: z.number(),
})

/** Published sites in the database. */
export class SiteStore {
  readonly #all: Statement
  readonly #put: Statement<[string, string, string, number]>
  readonly #remove: Statement<[string]>

  constructor(database: Database) {
    database.migrate('sites', migrations)
    this.#all = database.prepare('SELECT name, source, audience, published_ms FROM sites ORDER BY name')
    this.#put = database.prepare('INSERT OR REPLACE INTO sites (name, source, audience, published_ms) VALUES (?, ?, ?, ?)')
    this.#remove = database.prepare('DELETE FROM sites WHERE name = ?')
  }

  all(): StoredSite[] {
    const rows = z.array(Row).parse(this.#all.all())
    return rows.map(({ published_ms: publishedMs, ...rest }) => ({ ...rest, publishedMs }))
  }

  put({ name, source, audience, publishedMs }: StoredSite): void {
    this.#put.run(name, JSON.stringify(source), audience, publishedMs)
  }

  remove(name: SiteName): void {
    this.#remove.run(name)
  }
}
