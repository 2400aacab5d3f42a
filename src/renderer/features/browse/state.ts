import type { BrowseEvent, BrowseSnapshot, PageKey } from '../../../shared/contract/browse.ts'
import type { Bookmark, Download, DownloadId, Tab, TabId } from '../../../shared/model/browse.ts'

export interface BrowseState {
  shows: BrowseSnapshot['shows']
  /** In the order of the strip. */
  tabs: readonly Tab[]
  active: TabId | null
  bookmarks: readonly Bookmark[]
  /** The latest first. */
  downloads: readonly Download[]
  gateway: BrowseSnapshot['gateway']
  /** Downloads that say no more under the page: over before this window heard of them, or put away since. */
  putAway: ReadonlySet<DownloadId>
  /** Keys that were pressed over a page, numbered as they came; the newest last. */
  pressed: readonly Pressed[]
}

export interface Pressed {
  number: number
  key: PageKey
}

export const nothingOpen: BrowseState = {
  shows: 'views',
  tabs: [],
  active: null,
  bookmarks: [],
  downloads: [],
  gateway: { state: 'off', port: 0, why: null, requests: 0 },
  putAway: new Set(),
  pressed: [],
}

/** Several may come within one rendering, and nobody presses more than this in one. */
const PRESSED_KEPT = 16

export function resetBrowse(state: BrowseState, snapshot: BrowseSnapshot): BrowseState {
  const known = new Set(state.downloads.map(({ id }) => id))
  const over = snapshot.downloads.filter((download) => isOver(download) && !known.has(download.id))
  return { ...state, ...snapshot, putAway: new Set([...state.putAway, ...over.map(({ id }) => id)]) }
}

export function applyBrowseEvent(state: BrowseState, event: BrowseEvent): BrowseState {
  switch (event.event) {
    case 'tab-changed':
      return { ...state, tabs: state.tabs.filter(({ id }) => id !== event.tab.id).toSpliced(event.index, 0, event.tab) }
    case 'tab-closed':
      return { ...state, tabs: state.tabs.filter(({ id }) => id !== event.id) }
    case 'tab-selected':
      return { ...state, active: event.id }
    case 'bookmarks-changed':
      return { ...state, bookmarks: event.bookmarks }
    case 'download-changed':
      return { ...state, downloads: putDownload(state.downloads, event.download) }
    case 'download-gone':
      return { ...state, downloads: state.downloads.filter(({ id }) => id !== event.id) }
    case 'gateway-changed':
      return { ...state, gateway: event.gateway }
    case 'key-pressed': {
      const number = (state.pressed.at(-1)?.number ?? 0) + 1
      return { ...state, pressed: [...state.pressed, { number, key: event.key }].slice(-PRESSED_KEPT) }
    }
    case 'shows-changed':
      return { ...state, shows: event.shows }
  }
}

export function putAway(state: BrowseState, ids: readonly DownloadId[]): BrowseState {
  return { ...state, putAway: new Set([...state.putAway, ...ids]) }
}

function putDownload(downloads: readonly Download[], download: Download): Download[] {
  const isKnown = downloads.some(({ id }) => id === download.id)
  return isKnown ? downloads.map((held) => (held.id === download.id ? download : held)) : [download, ...downloads]
}

export function isOver({ state }: Pick<Download, 'state'>): boolean {
  return state !== 'asking' && state !== 'running'
}

/** What is said of downloads under the page: those on their way, and what became of them since one looked. */
export function underThePage({ downloads, putAway: away }: BrowseState): Download[] {
  return downloads.filter((download) => {
    const isTold = download.state === 'running' || download.state === 'done' || download.state === 'failed'
    return isTold && !(isOver(download) && away.has(download.id))
  })
}

/** Files that pages offer, and that wait for a word; the one offered first stands first. */
export function offers({ downloads }: BrowseState): Download[] {
  return downloads.filter(({ state }) => state === 'asking').toReversed()
}

export function activeTab({ tabs, active }: Pick<BrowseState, 'tabs' | 'active'>): Tab | null {
  return tabs.find(({ id }) => id === active) ?? null
}

/** The tab beside another, going round at the ends; null where there is no other. */
export function neighbour(tabs: readonly Tab[], of: TabId | null, by: 1 | -1): TabId | null {
  const at = tabs.findIndex(({ id }) => id === of)
  if (tabs.length < 2 || at < 0) return null
  return tabs[(at + by + tabs.length) % tabs.length]?.id ?? null
}

/** Where a tab goes that is dropped on the one at `over`, or behind it, counted without the tab itself. */
export function placeOfDrop(from: number, over: number, isBehind: boolean): number {
  const target = isBehind ? over + 1 : over
  return target > from ? target - 1 : target
}
