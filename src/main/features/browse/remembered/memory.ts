import { LatchError } from '../../../../shared/errors.ts'
import type { Bookmark, Completion, OfferedSite, Tab, Visited } from '../../../../shared/model/browse.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { readAddress, siteOf, type PageAddress } from '../address.ts'
import { COMPLETED_FROM, MAX_RECENT } from '../limits.ts'
import type { BrowsePeople } from '../types.ts'
import { titleOf } from '../words.ts'
import { Bookmarks } from './bookmarks.ts'
import { complete, type Candidate } from './complete.ts'
import { History } from './history.ts'

export interface MemoryParts {
  readonly database: Database
  readonly clock: Clock
  readonly people: Pick<BrowsePeople, 'names'>
  readonly network: () => { readonly id: NetworkId; readonly tld: string }
}

const NO_BOOKMARK = 'There is no bookmark of that address.'

/** Where this person was, what they want to find again, and what they may mean: of the network that they are in. */
export class Memory {
  readonly #parts: MemoryParts
  readonly #history: History
  readonly #bookmarks: Bookmarks
  /** What completion goes through, until it changes. */
  #known: { readonly network: NetworkId; readonly pages: readonly Candidate[] } | null = null

  constructor(parts: MemoryParts) {
    this.#parts = parts
    this.#history = new History(parts.database)
    this.#bookmarks = new Bookmarks(parts.database)
  }

  visited({ url, title, isNew }: { readonly url: string; readonly title: string; readonly isNew: boolean }): void {
    const site = siteOf(url)
    this.#known = null
    if (site !== null) this.#history.visited(this.#network, { url, site, title, isNew }, this.#nowMs())
  }

  history(text: string, limit: number): Visited[] {
    return this.#history.list(this.#network, text, limit)
  }

  forget(what: { readonly url?: string | undefined; readonly site?: SiteName | undefined }): number {
    this.#known = null
    return this.#history.forget(this.#network, what.url === undefined ? what : { url: this.#page(what.url).url })
  }

  bookmarks(): Bookmark[] {
    return this.#bookmarks.list(this.#network)
  }

  /** Errors: LatchError BAD_INPUT, CONFLICT. */
  bookmark(url: string, title: string): Bookmark {
    const page = this.#page(url)
    this.#known = null
    return this.#bookmarks.put(this.#network, { url: page.url, site: page.site, title: titleOf(title) }, this.#nowMs())
  }

  /** Errors: LatchError NOT_FOUND. */
  removeBookmark(url: string): void {
    this.#known = null
    if (!this.#bookmarks.remove(this.#network, this.#kept(url))) throw new LatchError('NOT_FOUND', NO_BOOKMARK)
  }

  /** Errors: LatchError NOT_FOUND. */
  moveBookmark(url: string, index: number): void {
    if (!this.#bookmarks.move(this.#network, this.#kept(url), index)) throw new LatchError('NOT_FOUND', NO_BOOKMARK)
  }

  /** As it stands: one that was kept in a network of another ending is one too. */
  #kept(url: string): string {
    const read = readAddress(url, this.#parts.network().tld)
    return read.outcome === 'page' ? read.url : url
  }

  complete(text: string, tabs: readonly Tab[]): Completion[] {
    const never = { tab: null, visits: 0, lastMs: null }
    const open = tabs.flatMap(({ id, title, url }): Candidate[] => (url === '' ? [] : [{ ...never, url, kind: 'tab', text: title, tab: id }]))
    const names = this.#sites().map(
      ({ called, isMine, site }): Candidate => ({ ...never, url: `peer://${site}/`, kind: isMine ? 'own' : 'contact', text: called }),
    )
    return complete(text, [...open, ...names, ...this.#pages()], this.#parts.network().tld, this.#nowMs())
  }

  /** Pages that are remembered. Read once for many keystrokes: 3,000 rows take some 20 ms. */
  #pages(): readonly Candidate[] {
    const network = this.#network
    if (this.#known?.network === network) return this.#known.pages
    const bookmarks = this.bookmarks().map(({ title, url }): Candidate => ({ url, kind: 'bookmark', text: title, tab: null, visits: 0, lastMs: null }))
    const visited = this.history('', COMPLETED_FROM).map(
      ({ count, lastMs, title, url }): Candidate => ({ url, kind: 'history', text: title, tab: null, visits: count, lastMs }),
    )
    this.#known = { network, pages: [...bookmarks, ...visited] }
    return this.#known.pages
  }

  startPage(): { sites: OfferedSite[]; recent: Visited[] } {
    return { sites: this.#sites(), recent: this.history('', MAX_RECENT) }
  }

  /** Contacts' first, then one's own, by name. A name that is no host has no site. */
  #sites(): OfferedSite[] {
    const sites = this.#parts.people.names().flatMap(({ called, fullName, isMine, owner }): OfferedSite[] => {
      const site = SiteName.safeParse(fullName)
      return site.success ? [{ site: site.data, owner, called: titleOf(called), isMine }] : []
    })
    return sites.toSorted((a, b) => Number(a.isMine) - Number(b.isMine) || (a.site < b.site ? -1 : 1))
  }

  #page(url: string): PageAddress {
    const read = readAddress(url, this.#parts.network().tld)
    if (read.outcome === 'page') return read
    throw new LatchError('BAD_INPUT', read.outcome === 'refused' ? read.why : 'That is no page of a site.')
  }

  get #network(): NetworkId {
    return this.#parts.network().id
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.nowMs())
  }
}
