import { useMemo } from 'react'
import type { DownloadId, Tab, TabId } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useAddressField } from './asking.ts'

export interface TabActions {
  /** A new one, over which the address has the keyboard. */
  add: () => void
  close: (tab: TabId) => void
  reopen: () => void
  select: (tab: TabId) => void
  move: (tab: TabId, index: number) => void
  back: (tab: TabId) => void
  forward: (tab: TabId) => void
  reload: (tab: TabId) => void
  stop: (tab: TabId) => void
  find: (tab: TabId, text: string, forward?: boolean) => void
  zoom: (tab: TabId, zoom: number) => void
  /** Puts the page of a tab among the bookmarks, or takes it from there. */
  bookmark: (tab: Tab, isKept: boolean) => void
  showDownload: (id: DownloadId) => void
}

/** What is done to tabs. What comes of it the store is told; with a tab that went meanwhile there is nothing to do. */
export function useTabs(): TabActions {
  const client = useClient()
  return useMemo(() => {
    const quietly = (call: Promise<unknown>): void => void call.catch(() => {})
    const { browse } = client
    return {
      add: () => quietly(browse.open({}).then(({ id }) => useAddressField.getState().focus(id))),
      close: (tab) => quietly(browse.close({ tab })),
      reopen: () => quietly(browse.reopen()),
      select: (tab) => quietly(browse.select({ tab })),
      move: (tab, index) => quietly(browse.move({ tab, index })),
      back: (tab) => quietly(browse.back({ tab })),
      forward: (tab) => quietly(browse.forward({ tab })),
      reload: (tab) => quietly(browse.reload({ tab })),
      stop: (tab) => quietly(browse.stop({ tab })),
      find: (tab, text, forward = true) => quietly(browse.find({ tab, text, forward })),
      zoom: (tab, zoom) => quietly(browse.zoom({ tab, zoom })),
      bookmark: ({ url, title }, isKept) =>
        quietly(isKept ? browse.removeBookmark({ url }) : browse.bookmark({ url, title })),
      showDownload: (id) => quietly(browse.showDownload({ id })),
    }
  }, [client])
}
