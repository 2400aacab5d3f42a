import type { BrowseEvent, BrowseSnapshot } from '../../src/shared/contract/browse.ts'
import type { Completion, Download, OfferedSite, Tab, TabId, Visited } from '../../src/shared/model/browse.ts'
import { SiteName } from '../../src/shared/model/sites.ts'
import { bookmark as bookmarkOf, tab as tabOf } from './browse-parts.ts'
import type { implementWith, World } from './world.ts'

/** What is open, and what the start page, the completion and the history say. */
export interface BrowseScene extends BrowseSnapshot {
  sites: OfferedSite[]
  recent: Visited[]
  completions: Completion[]
  /** A picture of the page that is seen. */
  still: string | null
}

export function browseScene(changes: Partial<BrowseScene> = {}): BrowseScene {
  return {
    shows: 'views',
    tabs: [],
    active: changes.tabs?.[0]?.id ?? null,
    bookmarks: [],
    downloads: [],
    gateway: { state: 'off', port: 5_380, why: null, requests: 0 },
    sites: [],
    recent: [],
    completions: [],
    still: null,
    ...changes,
  }
}

/** Browse over one scene. What it opens stays on its way: what a page looks like is no matter of the window. */
export function createBrowse(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): BrowseScene => world.scene.browse
  const tell = (event: BrowseEvent): void => world.browse.tell(event)
  let made = 0

  const put = (tab: Tab): Tab => {
    const { tabs } = scene()
    const at = tabs.findIndex(({ id }) => id === tab.id)
    const index = at < 0 ? tabs.length : at
    scene().tabs = tabs.toSpliced(index, at < 0 ? 0 : 1, tab)
    tell({ event: 'tab-changed', tab, index })
    return tab
  }
  const select = (id: TabId | null): void => {
    scene().active = id
    tell({ event: 'tab-selected', id })
  }
  const change = (id: TabId, changes: Partial<Tab>): { tab: TabId } => {
    const tab = scene().tabs.find((one) => one.id === id)
    if (tab !== undefined) put({ ...tab, ...changes })
    return { tab: id }
  }
  const close = (id: TabId): { tab: TabId } => {
    const at = scene().tabs.findIndex((tab) => tab.id === id)
    scene().tabs = scene().tabs.filter((tab) => tab.id !== id)
    tell({ event: 'tab-closed', id })
    if (scene().active === id) select((scene().tabs[at] ?? scene().tabs.at(-1))?.id ?? null)
    return { tab: id }
  }
  const putDownload = (download: Download): Download => {
    scene().downloads = scene().downloads.map((held) => (held.id === download.id ? download : held))
    tell({ event: 'download-changed', download })
    return download
  }
  const read = (address: string): { url: string; site: SiteName | null; gateway: string | null } | null => {
    const [, host = '', path = ''] = /^(?:peer:\/\/)?([^/]+)(\/.*)?$/.exec(address.trim()) ?? []
    const site = SiteName.safeParse(host.includes('.') ? host : `${host}.peer`).data
    if (site === undefined) return null
    const rest = path || '/'
    return { url: `peer://${site}${rest}`, site, gateway: `http://${site}.localhost:${scene().gateway.port}${rest}` }
  }

  return {
    tabs: os.browse.tabs.handler(() => scene().tabs),
    open: os.browse.open.handler(({ input, errors }) => {
      const meant = read(input.address)
      if (input.address !== '' && meant === null) throw errors.BAD_INPUT()
      made += 1
      const opening: Partial<Tab> = {
        kind: 'site',
        state: 'opening',
        step: { step: 'ledger', sinceMs: Date.now() },
        failure: null,
        shield: null,
        title: '',
        ...(meant === null ? {} : { url: meant.url, site: meant.site }),
      }
      const id = input.tab ?? tabOf(`made ${made}`).id
      const held = scene().tabs.find((tab) => tab.id === id) ?? { ...tabOf(''), id }
      const tab = put(meant === null ? held : { ...held, ...opening })
      if (!input.background) select(tab.id)
      return tab
    }),
    close: os.browse.close.handler(({ input }) => close(input.tab)),
    reopen: os.browse.reopen.handler(() => null),
    select: os.browse.select.handler(({ input }) => {
      select(input.tab)
      return input
    }),
    move: os.browse.move.handler(({ input, errors }) => {
      const tab = scene().tabs.find(({ id }) => id === input.tab)
      if (tab === undefined) throw errors.NOT_FOUND()
      const others = scene().tabs.filter(({ id }) => id !== input.tab)
      scene().tabs = others.toSpliced(input.index, 0, tab)
      tell({ event: 'tab-changed', tab, index: input.index })
      return { tab: input.tab }
    }),
    back: os.browse.back.handler(({ input }) => change(input.tab, {})),
    forward: os.browse.forward.handler(({ input }) => change(input.tab, {})),
    reload: os.browse.reload.handler(({ input }) =>
      change(input.tab, { state: 'opening', failure: null, step: { step: 'ledger', sinceMs: Date.now() } }),
    ),
    stop: os.browse.stop.handler(({ input }) => change(input.tab, { state: 'shown', step: null })),
    find: os.browse.find.handler(({ input }) =>
      change(input.tab, { find: input.text === '' ? null : { text: input.text, matches: 7, current: 2 } }),
    ),
    zoom: os.browse.zoom.handler(({ input }) => change(input.tab, { zoom: input.zoom })),
    outside: os.browse.outside.handler(({ input }) => change(input.tab, { outside: null })),
    place: os.browse.place.handler(({ input }) => {
      world.place = input.place
      world.isPageFocused = input.focus
      const tab = scene().tabs.find(({ id }) => id === scene().active)
      world.onPlace(tab?.state === 'shown' || tab?.state === 'loading' ? input.place : null)
      return {}
    }),
    complete: os.browse.complete.handler(({ input }) =>
      scene().completions.filter(({ url, text }) => `${url} ${text}`.toLowerCase().includes(input.text.toLowerCase())),
    ),
    start: os.browse.start.handler(() => ({ sites: scene().sites, recent: scene().recent })),
    read: os.browse.read.handler(({ input, errors }) => {
      const meant = read(input.address)
      if (meant === null) throw errors.BAD_INPUT()
      return meant
    }),
    bookmark: os.browse.bookmark.handler(({ input, errors }) => {
      const site = read(input.url)?.site ?? null
      if (site === null) throw errors.BAD_INPUT()
      const bookmark = { ...bookmarkOf(site, input.title), url: input.url }
      scene().bookmarks = [...scene().bookmarks.filter(({ url }) => url !== input.url), bookmark]
      tell({ event: 'bookmarks-changed', bookmarks: scene().bookmarks })
      return bookmark
    }),
    removeBookmark: os.browse.removeBookmark.handler(({ input }) => {
      scene().bookmarks = scene().bookmarks.filter(({ url }) => url !== input.url)
      tell({ event: 'bookmarks-changed', bookmarks: scene().bookmarks })
      return input
    }),
    moveBookmark: os.browse.moveBookmark.handler(({ input }) => {
      const moved = scene().bookmarks.filter(({ url }) => url === input.url)
      scene().bookmarks = scene().bookmarks.filter(({ url }) => url !== input.url).toSpliced(input.index, 0, ...moved)
      tell({ event: 'bookmarks-changed', bookmarks: scene().bookmarks })
      return { url: input.url }
    }),
    history: os.browse.history.handler(({ input }) =>
      scene()
        .recent.filter(({ url, title }) => `${url} ${title}`.toLowerCase().includes(input.text.toLowerCase()))
        .slice(0, input.limit),
    ),
    clearHistory: os.browse.clearHistory.handler(({ input }) => {
      const before = scene().recent.length
      const isKept = ({ url, site }: Visited): boolean =>
        (input.url !== undefined && url !== input.url) || (input.site !== undefined && site !== input.site)
      scene().recent = scene().recent.filter(isKept)
      return { cleared: before - scene().recent.length }
    }),
    clearSite: os.browse.clearSite.handler(({ input }) => ({ site: input.site })),
    downloads: os.browse.downloads.handler(() => scene().downloads),
    answerDownload: os.browse.answerDownload.handler(({ input, errors }) => {
      const download = scene().downloads.find(({ id }) => id === input.id)
      if (download === undefined) throw errors.NOT_FOUND()
      return putDownload({ ...download, state: input.save ? 'running' : 'denied' })
    }),
    cancelDownload: os.browse.cancelDownload.handler(({ input, errors }) => {
      const download = scene().downloads.find(({ id }) => id === input.id)
      if (download === undefined) throw errors.NOT_FOUND()
      return putDownload({ ...download, state: 'cancelled' })
    }),
    still: os.browse.still.handler(() => ({ image: scene().still })),
    inBrowser: os.browse.inBrowser.handler(({ input }) => input),
    chooseFolder: os.browse.chooseFolder.handler(() => ({ path: '/home/noor/site' })),
    showDownload: os.browse.showDownload.handler(({ input }) => input),
    forgetDownload: os.browse.forgetDownload.handler(({ input }) => {
      scene().downloads = scene().downloads.filter(({ id }) => id !== input.id)
      tell({ event: 'download-gone', id: input.id })
      return input
    }),
    gateway: os.browse.gateway.handler(() => scene().gateway),
    setGateway: os.browse.setGateway.handler(({ input }) => {
      const { port } = scene().gateway
      scene().gateway = { state: input.on ? 'on' : 'off', port: input.port ?? port, why: null, requests: 0 }
      tell({ event: 'gateway-changed', gateway: scene().gateway })
      return scene().gateway
    }),
    watch: os.browse.watch.handler(({ signal }) =>
      world.browse.watch(() => {
        const { shows, tabs, active, bookmarks, downloads, gateway } = scene()
        return { shows, tabs, active, bookmarks, downloads, gateway }
      }, signal),
    ),
  }
}
