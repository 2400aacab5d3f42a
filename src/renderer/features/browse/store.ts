import type { BrowseEvent, BrowseSnapshot } from '../../../shared/contract/browse.ts'
import type { Bookmark, Tab } from '../../../shared/model/browse.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { activeTab, applyBrowseEvent, nothingOpen, resetBrowse, type BrowseState } from './state.ts'

/** What is open in Browse, and what was kept of it. */
export const browseStore = createFedStore<BrowseState, BrowseSnapshot, BrowseEvent>({
  initial: nothingOpen,
  reset: resetBrowse,
  apply: applyBrowseEvent,
})

export function useActiveTab(): Tab | null {
  return browseStore.use(({ state }) => activeTab(state))
}

/**
 * Where this window's pages are seen. An ordinary browser that looks at the desktop app's node has no place for them
 * either: only the window that the app made itself does.
 */
export function useShows(): 'views' | 'gateway' {
  const shows = browseStore.use(({ state }) => state.shows)
  return window.latch === undefined ? 'gateway' : shows
}

export function useBookmark(url: string): Bookmark | null {
  return browseStore.use(({ state }) => state.bookmarks.find((bookmark) => bookmark.url === url) ?? null)
}
