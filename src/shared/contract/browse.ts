import { z } from 'zod'
import { AccountId, PeerId } from '../ids.ts'
import { Bookmark, Completion, Download, DownloadId, GatewayState, OfferedSite, PageUrl, Tab, TabId, Visited } from '../model/browse.ts'
import { SiteName } from '../model/sites.ts'
import { base, watched } from './base.ts'

export const BrowseSnapshot = z.object({
  /** `views`: pages are shown in the window. `gateway`: this host has no window of its own; pages open in the browser it runs in. */
  shows: z.enum(['views', 'gateway']),
  /** In the order of the tab strip. */
  tabs: z.array(Tab),
  active: TabId.nullable(),
  bookmarks: z.array(Bookmark),
  /** The latest first. */
  downloads: z.array(Download),
  gateway: GatewayState,
})
export type BrowseSnapshot = z.infer<typeof BrowseSnapshot>

/** A key that was pressed while a page had the focus and that is the window's. */
export const PageKey = z.enum([
  'address', 'find', 'new-tab', 'close-tab', 'reopen-tab', 'next-tab', 'previous-tab', 'palette', 'reload', 'bookmark', 'zoom-in', 'zoom-out', 'zoom-reset', 'leave', 'back', 'forward', 'stop',
])
export type PageKey = z.infer<typeof PageKey>

export const BrowseEvent = z.discriminatedUnion('event', [
  /** At most ten times a second for each tab. `index`: its place in the strip. */
  z.object({ event: z.literal('tab-changed'), tab: Tab, index: z.int().nonnegative() }),
  z.object({ event: z.literal('tab-closed'), id: TabId }),
  z.object({ event: z.literal('tab-selected'), id: TabId.nullable() }),
  z.object({ event: z.literal('bookmarks-changed'), bookmarks: z.array(Bookmark) }),
  z.object({ event: z.literal('download-changed'), download: Download }),
  z.object({ event: z.literal('download-gone'), id: DownloadId }),
  z.object({ event: z.literal('gateway-changed'), gateway: GatewayState }),
  z.object({ event: z.literal('key-pressed'), key: PageKey }),
  z.object({ event: z.literal('shows-changed'), shows: BrowseSnapshot.shape.shows }),
])
export type BrowseEvent = z.infer<typeof BrowseEvent>

const tags = ['browse']
const tab = z.object({ tab: TabId })
const download = z.object({ id: DownloadId })
const text = z.string().max(8_192)

export const browse = {
  tabs: base.route({ method: 'GET', path: '/browse/tabs', tags, summary: 'What is open' }).output(z.array(Tab)),
  open: base
    .route({ method: 'POST', path: '/browse/tabs', tags, summary: 'Open an address, as a person types it, in a tab' })
    .input(
      z.object({
        /** Empty: a start page. */
        address: text.default(''),
        /** In this tab; otherwise in a new one. */
        tab: TabId.optional(),
        /** A new one stays behind the one that is shown. */
        background: z.boolean().default(false),
        /** Opens an `https://` address through this contact's device. */
        exit: PeerId.optional(),
      }),
    )
    .output(Tab),
  close: base.route({ method: 'DELETE', path: '/browse/tabs/{tab}', tags, summary: 'Close a tab' }).input(tab).output(tab),
  reopen: base.route({ method: 'POST', path: '/browse/tabs/reopen', tags, summary: 'Open again what was closed last' }).output(Tab.nullable()),
  select: base.route({ method: 'POST', path: '/browse/tabs/{tab}/select', tags, summary: 'Show a tab' }).input(tab).output(tab),
  move: base
    .route({ method: 'POST', path: '/browse/tabs/{tab}/move', tags, summary: 'Give a tab another place in the strip' })
    .input(tab.extend({ index: z.int().nonnegative() }))
    .output(tab),
  back: base.route({ method: 'POST', path: '/browse/tabs/{tab}/back', tags, summary: 'Go back' }).input(tab).output(tab),
  forward: base.route({ method: 'POST', path: '/browse/tabs/{tab}/forward', tags, summary: 'Go forward' }).input(tab).output(tab),
  reload: base
    .route({ method: 'POST', path: '/browse/tabs/{tab}/reload', tags, summary: 'Load again; asks for the name again too' })
    .input(tab)
    .output(tab),
  stop: base.route({ method: 'POST', path: '/browse/tabs/{tab}/stop', tags, summary: 'Stop loading; a page that does not answer is ended' }).input(tab).output(tab),
  find: base
    .route({ method: 'POST', path: '/browse/tabs/{tab}/find', tags, summary: 'Find on the page; an empty text ends it' })
    .input(tab.extend({ text: z.string().max(200), forward: z.boolean().default(true) }))
    .output(tab),
  zoom: base
    .route({ method: 'POST', path: '/browse/tabs/{tab}/zoom', tags, summary: 'Larger or smaller, for this site' })
    .input(tab.extend({ zoom: z.number().min(0.25).max(5) }))
    .output(tab),
  /** What the page asked to leave for opens in the system's browser, or does not. */
  outside: base
    .route({ method: 'POST', path: '/browse/tabs/{tab}/outside', tags, summary: 'Whether a link to the outside web opens in your browser' })
    .input(tab.extend({ open: z.boolean() }))
    .output(tab),
  /** In pixels of the window's content, from its top left; null: no page is to be seen now. */
  place: base
    .route({ method: 'PUT', path: '/browse/place', tags, summary: 'Where in the window the page is shown' })
    .input(
      z.object({
        place: z.object({ x: z.int(), y: z.int(), width: z.int().nonnegative(), height: z.int().nonnegative() }).nullable(),
        /** The page has the keyboard. */
        focus: z.boolean().default(false),
      }),
    )
    .output(z.object({})),
  /** As a `data:` address; null: none is seen, or there is no picture of it. */
  still: base
    .route({ method: 'GET', path: '/browse/still', tags, summary: 'A picture of the page that is seen now, to stand in its place under what lies over it' })
    .output(z.object({ image: z.string().startsWith('data:image/jpeg;base64,').max(1_400_000).nullable() })),
  /** At the gateway, which is switched on for it. Errors: CONFLICT, which says why not. */
  inBrowser: base
    .route({ method: 'POST', path: '/browse/tabs/{tab}/browser', tags, summary: 'Open the page of a tab in the browser of this machine' })
    .input(tab)
    .output(tab),
  chooseFolder: base
    .route({ method: 'POST', path: '/browse/folder', tags, summary: 'Let the person choose a folder in a dialog of the system; null: they chose none' })
    .output(z.object({ path: z.string().nullable() })),
  complete: base
    .route({ method: 'GET', path: '/browse/complete', tags, summary: 'What might be meant by what is being typed' })
    .input(z.object({ text: text.default('') }))
    .output(z.array(Completion)),
  start: base
    .route({ method: 'GET', path: '/browse/start', tags, summary: 'Sites of contacts and your own, and where you were' })
    .output(z.object({ sites: z.array(OfferedSite), recent: z.array(Visited) })),
  /** Reads an address as a person types it. Errors: BAD_INPUT, with what is wrong with it. */
  read: base
    .route({ method: 'GET', path: '/browse/read', tags, summary: 'An address as it is written out, here and for ordinary browsers' })
    .input(z.object({ address: text }))
    .output(z.object({ url: PageUrl, site: SiteName.nullable(), gateway: z.string().nullable() })),
  bookmark: base
    .route({ method: 'PUT', path: '/browse/bookmarks', tags, summary: 'Bookmark an address, or call it otherwise' })
    .input(z.object({ url: PageUrl, title: z.string().max(200).default('') }))
    .output(Bookmark),
  removeBookmark: base
    .route({ method: 'DELETE', path: '/browse/bookmarks', tags, summary: 'Remove a bookmark' })
    .input(z.object({ url: PageUrl }))
    .output(z.object({ url: PageUrl })),
  moveBookmark: base
    .route({ method: 'POST', path: '/browse/bookmarks/move', tags, summary: 'Give a bookmark another place in the list' })
    .input(z.object({ url: PageUrl, index: z.int().nonnegative() }))
    .output(z.object({ url: PageUrl })),
  history: base
    .route({ method: 'GET', path: '/browse/history', tags, summary: 'Where you were, the latest first' })
    .input(z.object({ text: z.string().max(200).default(''), limit: z.coerce.number().int().min(1).max(1_000).default(100) }))
    .output(z.array(Visited)),
  clearHistory: base
    .route({ method: 'DELETE', path: '/browse/history', tags, summary: 'Forget where you were: one site, one page or all' })
    .input(z.object({ url: PageUrl.optional(), site: SiteName.optional() }))
    .output(z.object({ cleared: z.int().nonnegative() })),
  clearSite: base
    .route({ method: 'DELETE', path: '/browse/data/{site}', tags, summary: 'Remove what a site stored on this device' })
    .input(z.object({ site: SiteName, owner: AccountId.optional() }))
    .output(z.object({ site: SiteName })),
  downloads: base.route({ method: 'GET', path: '/browse/downloads', tags, summary: 'What was downloaded' }).output(z.array(Download)),
  answerDownload: base
    .route({ method: 'POST', path: '/browse/downloads/{id}/answer', tags, summary: 'Whether a file that a page offers is saved' })
    .input(download.extend({ save: z.boolean() }))
    .output(Download),
  cancelDownload: base
    .route({ method: 'POST', path: '/browse/downloads/{id}/cancel', tags, summary: 'Stop a download; what was written goes' })
    .input(download)
    .output(Download),
  showDownload: base
    .route({ method: 'POST', path: '/browse/downloads/{id}/show', tags, summary: 'Show the file in its folder; it is never opened' })
    .input(download)
    .output(download),
  forgetDownload: base
    .route({ method: 'DELETE', path: '/browse/downloads/{id}', tags, summary: 'Take a download off the list; its file stays' })
    .input(download)
    .output(download),
  gateway: base.route({ method: 'GET', path: '/browse/gateway', tags, summary: 'Sites for ordinary browsers of this machine' }).output(GatewayState),
  setGateway: base
    .route({ method: 'PUT', path: '/browse/gateway', tags, summary: 'Switch the gateway on or off; it stays so' })
    .input(z.object({ on: z.boolean(), port: z.int().min(1_024).max(65_535).optional() }))
    .output(GatewayState),
  watch: base
    .route({ method: 'GET', path: '/browse/events', tags, summary: 'Tabs, bookmarks, downloads and the gateway as they change' })
    .output(watched(BrowseSnapshot, BrowseEvent)),
}
