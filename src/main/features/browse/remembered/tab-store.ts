import { z } from 'zod'
import { AccountId } from '../../../../shared/ids.ts'
import { PageUrl, TabId } from '../../../../shared/model/browse.ts'
import { NetworkId } from '../../../../shared/model/ledger.ts'
import { SiteName } from '../../../../shared/model/sites.ts'
import type { Database } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import { migrations } from './migrations.ts'

const Row = z.object({ id: TabId, network: NetworkId, url: PageUrl, site: SiteName, owner: AccountId, title: z.string(), is_active: z.number() })

/** A tab that was open. What was typed into its page is not kept. */
export interface StoredTab {
  readonly id: TabId
  readonly network: NetworkId
  readonly url: string
  readonly site: SiteName
  readonly owner: AccountId
  readonly title: string
  readonly isActive: boolean
}

/** Open tabs, in their order, across a restart. */
export class TabStore {
  readonly #database: Database
  readonly #log: Log
  #written = ''

  constructor(database: Database, log: Log) {
    database.migrate('browse', migrations)
    this.#database = database
    this.#log = log
  }

  list(): StoredTab[] {
    const rows = this.#database.prepare('SELECT id, network, url, site, owner, title, is_active FROM browse_tabs ORDER BY position').all()
    return rows.flatMap((row) => {
      const read = Row.safeParse(row)
      if (!read.success) this.#log.warn({ error: read.error }, 'a tab that was kept cannot be read, and is left out')
      return read.success ? [{ ...read.data, isActive: read.data.is_active === 1 }] : []
    })
  }

  save(tabs: readonly StoredTab[]): void {
    const text = JSON.stringify(tabs)
    if (text === this.#written) return
    const insert = this.#database.prepare<[number, string, string, string, string, string, string, number]>(
      'INSERT INTO browse_tabs (position, id, network, url, site, owner, title, is_active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM browse_tabs').run()
      for (const [position, { id, network, url, site, owner, title, isActive }] of tabs.entries()) {
        insert.run(position, id, network, url, site, owner, title, isActive ? 1 : 0)
      }
    })
    this.#written = text
  }
}
