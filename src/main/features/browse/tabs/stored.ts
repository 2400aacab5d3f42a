import type { NetworkId } from '../../../../shared/model/ledger.ts'
import type { StoredTab } from '../remembered/tab-store.ts'
import { entryOf, sleeping, type TabState } from './state.ts'

/** What of a tab survives: the page of the site that it shows. Null for a start page, and for the outside web. */
export function storedTab(tab: TabState, network: NetworkId, isActive: boolean): StoredTab | null {
  const entry = entryOf(tab)
  if (entry === null || entry.site === null || entry.owner === null) return null
  return { id: tab.id, network, url: entry.url, site: entry.site, owner: entry.owner, title: entry.title, isActive }
}

/** As it was, asleep. Where the name has another owner by now, its storage is not that one's. */
export function restoredTab({ url, site, owner, title }: StoredTab, partition: string, key: number): Pick<TabState, 'row' | 'at'> {
  return { row: [sleeping({ key, kind: 'site', partition, site, owner, exit: null, url }, title)], at: 0 }
}
