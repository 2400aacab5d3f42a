import { base32 } from 'multiformats/bases/base32'
import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { TabId, type Bookmark, type Download, type DownloadId, type GatewayState, type Tab } from '../../../shared/model/browse.ts'
import type { NetworkId } from '../../../shared/model/ledger.ts'
import type { SiteName } from '../../../shared/model/sites.ts'
import { Feed } from '../../platform/feed.ts'
import { readAddress, readUrl, written } from './address.ts'
import { Downloads } from './downloads/downloads.ts'
import { offer } from './downloads/offer.ts'
import { DownloadStore } from './downloads/store.ts'
import { createGateway, type Gateway } from './gateway/index.ts'
import { createOpening } from './opening/index.ts'
import { Memory } from './remembered/memory.ts'
import { SiteStore } from './remembered/site-store.ts'
import { TabStore } from './remembered/tab-store.ts'
import { exitFor } from './tabs/exit-for.ts'
import { LiveViews } from './tabs/live-views.ts'
import { shownTab } from './tabs/shown.ts'
import { entryOf } from './tabs/state.ts'
import type { TabRoom } from './tabs/tab-room.ts'
import { Tabs } from './tabs/tabs.ts'
import { Telling } from './tabs/telling.ts'
import { Zooms } from './tabs/zooms.ts'
import type { BrowseEvent, BrowseFeature, BrowseParts, BrowseSnapshot, Opening, ViewHost } from './types.ts'
import { Window } from './window.ts'

/** Tabs, history, bookmarks and downloads of this account, and the way that pages open by. */
export function createBrowse(parts: BrowseParts): BrowseFeature {
  return new Browse(parts)
}

class Browse implements BrowseFeature {
  readonly opening: Opening & { stop(): void }
  readonly #parts: BrowseParts
  readonly #feed: Feed<BrowseEvent>
  readonly #memory: Memory
  readonly #sites: SiteStore
  readonly #zooms: Zooms
  readonly #tabs: Tabs
  readonly #telling: Telling
  readonly #downloads: Downloads
  readonly #gateway: Gateway
  readonly #window: Window
  #network: NetworkId | null = null
  #lastKey = 0
  #unlisten: () => void = () => {}

  constructor(parts: BrowseParts) {
    const { clock, database, door, downloadsFolder: folder, exits, log, names, peers, people, random, settings } = parts
    this.#parts = parts
    this.#feed = new Feed((error) => log.error({ error }, 'a listener of browse failed'))
    const opening = createOpening(parts)
    this.opening = opening
    const network = () => names.network()
    const newId = (): string => base32.baseEncode(random(16))
    const tell = (event: BrowseEvent): void => this.#feed.publish(event)
    this.#memory = new Memory({ database, clock, people, network })
    this.#sites = new SiteStore(database)
    this.#zooms = new Zooms({ sites: this.#sites, clock, network: () => network().id })
    this.#telling = new Telling(clock, (id) => this.#tellTab(id))
    this.#downloads = new Downloads({ store: new DownloadStore(database, log), clock, log, newId, opening, door, folder, tell })
    this.#gateway = createGateway({ clock, database, log, random, settings, opening, tld: () => network().tld, changed: (gateway) => tell({ event: 'gateway-changed', gateway }) })
    const gateway = (): GatewayState => this.#gateway.state()
    this.#window = new Window({ tell, gateway, placed: (isFocused) => this.#placed(isFocused), left: () => this.#tabs.sleep() })
    this.#tabs = new Tabs({
      opening, door, exits, clock, log, network, tell,
      me: peers.me,
      views: new LiveViews(),
      telling: this.#telling,
      store: new TabStore(database, log),
      newId: () => TabId.parse(newId()),
      newKey: () => (this.#lastKey += 1),
      host: () => this.#window.host,
      hasFocus: () => this.#window.hasFocus,
      zoomOf: (entry) => this.#zooms.of(entry),
      visited: (page) => this.#memory.visited(page),
      stored: ({ owner, site }) => this.#stored(site, owner),
      offered: (file, from) => offer(this.#downloads, file, from, { me: peers.me, tld: network().tld }),
      pressed: (key) => tell({ event: 'key-pressed', key }),
    })
  }

  async start(): Promise<void> {
    this.#network = this.#parts.names.network().id
    this.#tabs.restore()
    this.#unlisten = this.#parts.names.onChanged((site) => site ?? this.#networkMayHaveChanged())
    await this.#downloads.start()
    await this.#gateway.start()
  }

  async stop(): Promise<void> {
    this.#unlisten()
    this.#tabs.stop()
    this.#telling.stop()
    await this.#downloads.stop()
    await this.#gateway.stop()
    this.opening.stop()
  }

  attach(host: ViewHost): () => void {
    return this.#window.attach(host)
  }

  tabs(): Tab[] {
    return this.#tabs.list().map((room) => this.#shown(room))
  }

  async open({ address, tab, background, exit }: { address: string; tab?: TabId | undefined; background: boolean; exit?: PeerId | undefined }): Promise<Tab> {
    const { tld } = this.#parts.names.network()
    const read = address.trim() === '' ? null : readAddress(address, tld)
    if (read?.outcome === 'refused') throw new LatchError('BAD_INPUT', read.why)
    this.#window.needed(read)
    const there = tab === undefined ? null : this.#tabs.get(tab)
    const current = there === null ? null : (entryOf(there.state)?.exit ?? null)
    const through = exitFor(read, exit, current, this.#parts.exits)
    const room = there ?? this.#tabs.add(background)
    if (read?.outcome === 'page') void room.go(read, { byPerson: true })
    else if (read !== null && through !== null) room.goOut(read.url, through)
    else if (read !== null) room.askOutside(read)
    return this.#shown(room)
  }

  close(tab: TabId): void {
    this.#tabs.close(this.#tabs.get(tab))
  }

  async reopen(): Promise<Tab | null> {
    this.#window.needed(null)
    const room = this.#tabs.reopen()
    return room && this.#shown(room)
  }

  select(tab: TabId): void {
    this.#tabs.select(this.#tabs.get(tab))
  }

  move(tab: TabId, index: number): void {
    this.#tabs.move(this.#tabs.get(tab), index)
  }

  back(tab: TabId): void {
    this.#seen(tab).back()
  }

  forward(tab: TabId): void {
    this.#seen(tab).forward()
  }

  reload(tab: TabId): void {
    this.#seen(tab).reload()
  }

  halt(tab: TabId): void {
    this.#seen(tab).halt()
  }

  find(tab: TabId, text: string, forward: boolean): void {
    this.#seen(tab).find(text, forward)
  }

  zoom(tab: TabId, zoom: number): void {
    const entry = entryOf(this.#tabs.get(tab).state)
    if (entry !== null) this.#zooms.set(entry, zoom)
    for (const room of this.#tabs.list()) room.rezoom()
  }

  outside(tab: TabId, open: boolean): void {
    this.#seen(tab).outside(open)
  }

  place(place: { x: number; y: number; width: number; height: number } | null, focus: boolean): void {
    this.#window.place(place, focus)
  }

  readonly complete = (text: string): ReturnType<BrowseFeature['complete']> => this.#memory.complete(text, this.tabs())

  readonly startPage = (): ReturnType<BrowseFeature['startPage']> => this.#memory.startPage()

  read(address: string): { url: string; site: SiteName | null; gateway: string | null } {
    return written(address, this.#parts.names.network().tld, this.#parts.settings.get().gatewayPort)
  }

  bookmark(url: string, title: string): Bookmark {
    const bookmark = this.#memory.bookmark(url, title)
    this.#tellBookmarks()
    return bookmark
  }

  removeBookmark(url: string): void {
    this.#memory.removeBookmark(url)
    this.#tellBookmarks()
  }

  moveBookmark(url: string, index: number): void {
    this.#memory.moveBookmark(url, index)
    this.#tellBookmarks()
  }

  readonly history = (text: string, limit: number): ReturnType<BrowseFeature['history']> => this.#memory.history(text, limit)

  clearHistory(what: { url?: string | undefined; site?: SiteName | undefined }): number {
    return this.#memory.forget(what)
  }

  async clearSite(site: SiteName, owner?: AccountId): Promise<void> {
    const host = this.#window.needed(null)
    const { id } = this.#parts.names.network()
    for (const partition of this.#sites.partitions(id, site, owner)) {
      this.#tabs.sleepIn(partition)
      this.#sites.forgetStorage(id, partition)
      await host.clearData(partition)
    }
    if (this.#window.isPlaced) this.#tabs.active?.wake()
  }

  readonly downloads = (): Download[] => this.#downloads.list()

  answerDownload(id: DownloadId, save: boolean): Download {
    return this.#downloads.answer(id, save)
  }

  readonly cancelDownload = (id: DownloadId): Download => this.#downloads.cancel(id)

  readonly showInFolder = (path: string): void => this.#window.showInFolder(path)

  readonly showDownload = (id: DownloadId): void => this.#window.showInFolder(this.#downloads.pathOf(id))

  readonly forgetDownload = (id: DownloadId): void => this.#downloads.forget(id)

  readonly chooseFolder = (): Promise<string | null> => this.#window.chooseFolder()

  readonly still = (): Promise<string | null> => this.#window.still()

  readonly gateway = (): GatewayState => this.#gateway.state()

  async setGateway(on: boolean, port?: number): Promise<GatewayState> {
    this.#parts.settings.set({ gateway: on, ...(port === undefined ? {} : { gatewayPort: port }) })
    return this.#gateway.turn()
  }

  async inBrowser(tab: TabId): Promise<void> {
    const page = readUrl(this.#shown(this.#tabs.get(tab)).url, this.#parts.names.network().tld)
    this.#window.openHere(page, this.gateway().state === 'on' ? this.gateway() : await this.setGateway(true))
  }

  watch(signal?: AbortSignal): ReturnType<BrowseFeature['watch']> {
    return this.#feed.watch(() => this.#snapshot(), signal)
  }

  #snapshot(): BrowseSnapshot {
    return {
      shows: this.#window.shows,
      tabs: this.tabs(),
      active: this.#tabs.active?.id ?? null,
      bookmarks: this.#memory.bookmarks(),
      downloads: this.#downloads.list(),
      gateway: this.#gateway.state(),
    }
  }

  #placed(isFocused: boolean): void {
    this.#tabs.active?.setActive(true)
    if (isFocused) this.#tabs.active?.views.focus()
  }

  #shown(room: TabRoom): Tab {
    return shownTab(room.state, this.#parts.people)
  }

  #tellBookmarks(): void {
    this.#feed.publish({ event: 'bookmarks-changed', bookmarks: this.#memory.bookmarks() })
  }

  #tellTab(id: TabId): void {
    const index = this.#tabs.list().findIndex((room) => room.id === id)
    const room = this.#tabs.list()[index]
    if (room !== undefined) this.#feed.publish({ event: 'tab-changed', tab: this.#shown(room), index })
  }

  #seen(tab: TabId): TabRoom {
    const room = this.#tabs.get(tab)
    this.#window.needed(null)
    return room
  }

  #stored(site: SiteName | null, owner: AccountId | null): void {
    if (site !== null && owner !== null) this.#sites.stored(this.#parts.names.network().id, site, owner, Math.round(this.#parts.clock.nowMs()))
  }

  /** The same name is somebody else's there: no page of the one stays in the other. */
  #networkMayHaveChanged(): void {
    const { id } = this.#parts.names.network()
    if (id === this.#network) return
    this.#network = id
    this.#tabs.sleep()
    this.#tellBookmarks()
    if (this.#window.isPlaced) this.#tabs.active?.wake()
  }
}
