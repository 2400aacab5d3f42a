import type { AccountId } from '../../../../shared/ids.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Database } from '../../../platform/database.ts'
import { MAX_STORAGES, MAX_ZOOMS } from '../limits.ts'
import { partitionOf } from '../views/partition.ts'
import { migrations } from './migrations.ts'

/** What is kept of each site beside its pages: how large they are shown, and where Chromium keeps what they stored. */
export class SiteStore {
  readonly #database: Database

  constructor(database: Database) {
    database.migrate('browse', migrations)
    this.#database = database
  }

  zoom(network: NetworkId, site: SiteName): number {
    const sql = 'SELECT zoom FROM browse_zooms WHERE network = ? AND site = ?'
    return this.#database.prepare<[string, string], { zoom: number }>(sql).get(network, site)?.zoom ?? 1
  }

  setZoom(network: NetworkId, site: SiteName, zoom: number, nowMs: number): void {
    const key = [network, site] as const
    if (zoom === 1) {
      this.#database.prepare<[string, string]>('DELETE FROM browse_zooms WHERE network = ? AND site = ?').run(...key)
      return
    }
    const sql = 'INSERT OR REPLACE INTO browse_zooms (network, site, zoom, set_ms) VALUES (?, ?, ?, ?)'
    this.#database.prepare<[string, string, number, number]>(sql).run(...key, zoom, nowMs)
    this.#database
      .prepare<[number]>('DELETE FROM browse_zooms WHERE (network, site) IN (SELECT network, site FROM browse_zooms ORDER BY set_ms DESC LIMIT -1 OFFSET ?)')
      .run(MAX_ZOOMS)
  }

  /** A view of it is opened: from now on there may be something in it. */
  stored(network: NetworkId, site: SiteName, owner: AccountId, nowMs: number): void {
    const sql = 'INSERT OR REPLACE INTO browse_storages (network, site, owner, partition, used_ms) VALUES (?, ?, ?, ?, ?)'
    this.#database.prepare<[string, string, string, string, number]>(sql).run(network, site, owner, partitionOf(network, owner, site), nowMs)
    // One that falls off this list is only harder to remove: its owner has to be named.
    this.#database
      .prepare<[number]>(
        'DELETE FROM browse_storages WHERE (network, site, owner) IN (SELECT network, site, owner FROM browse_storages ORDER BY used_ms DESC LIMIT -1 OFFSET ?)',
      )
      .run(MAX_STORAGES)
  }

  /** Of one owner of the name, whether or not it is known; or of all that it had. */
  partitions(network: NetworkId, site: SiteName, owner?: AccountId): string[] {
    if (owner !== undefined) return [partitionOf(network, owner, site)]
    const sql = 'SELECT partition FROM browse_storages WHERE network = ? AND site = ?'
    return this.#database.prepare<[string, string], { partition: string }>(sql).all(network, site).map(({ partition }) => partition)
  }

  forgetStorage(network: NetworkId, partition: string): void {
    this.#database.prepare<[string, string]>('DELETE FROM browse_storages WHERE network = ? AND partition = ?').run(network, partition)
  }
}
