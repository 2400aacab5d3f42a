import { AppWindow, Archive, Clock, Download, FolderUp, Plus, Star, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { paths } from '../../nav/paths.ts'
import type { PickerItem } from '../../ui/Picker.tsx'
import { Row } from '../../ui/Row.tsx'
import { useTld } from '../names/store.ts'
import { readsAsName } from '../names/typed-name.ts'
import { shortAddress } from './address.ts'
import { browseStore, useShows } from './store.ts'
import { TabIcon } from './TabItem.tsx'
import { useOpenSite } from './use-open.ts'
import { useTabs } from './use-tabs.ts'

export interface BrowseCommand {
  name: string
  icon: ReactNode
  run: () => void
}

/** What of Browse can be gone to from any place, for the palette. */
export function useBrowseCommands(): BrowseCommand[] {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const tabs = useTabs()
  const isHere = useShows() === 'views'
  const onlyHere = [
    {
      name: t('browsePages.command.newTab'),
      icon: <Plus />,
      run: () => {
        go(paths.browse)
        tabs.add()
      },
    },
    {
      name: t('browsePages.command.reopen'),
      icon: <Undo2 />,
      run: () => {
        go(paths.browse)
        tabs.reopen()
      },
    },
    { name: t('browsePages.command.history'), icon: <Clock />, run: () => go(paths.browseView('history')) },
    { name: t('browsePages.command.downloads'), icon: <Download />, run: () => go(paths.browseView('downloads')) },
  ]
  return [
    ...(isHere ? onlyHere : []),
    { name: t('browsePages.command.bookmarks'), icon: <Star />, run: () => go(paths.browseView('bookmarks')) },
    { name: t('browsePages.command.sites'), icon: <FolderUp />, run: () => go(paths.yourSites) },
    { name: t('browsePages.command.copies'), icon: <Archive />, run: () => go(paths.copies) },
  ]
}

/** Where what was typed reads as a name: that it be opened. */
export function useOpenItem(onClose: () => void): (query: string) => PickerItem[] {
  const { t } = useTranslation()
  const tld = useTld()
  const open = useOpenSite()
  return (query) => {
    const name = readsAsName(query, tld)
    if (name === null) return []
    const title = t('browsePages.command.open', { name })
    // With its path, where one was typed.
    const address = /^peer:/i.test(query.trim()) ? query.trim() : name
    return [
      {
        id: 'open',
        name: title,
        row: <Row leading={<AppWindow />} title={<bdi>{title}</bdi>} />,
        onChoose: () => {
          onClose()
          void open(address)
        },
      },
    ]
  }
}

/** What is open, each to its tab. */
export function useTabItems(onClose: () => void): PickerItem[] {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const tabs = useTabs()
  const list = browseStore.use(({ state }) => state.tabs)
  const isHere = useShows() === 'views'
  if (!isHere) return []
  return list.map((tab) => {
    const name = tab.kind === 'start' ? t('browse.tabs.start') : shortAddress(tab.url)
    return {
      id: `tab ${tab.id}`,
      name: `${name} ${tab.title}`,
      row: <Row leading={<TabIcon tab={tab} />} title={<bdi>{name}</bdi>} {...(tab.title === '' ? {} : { detail: <bdi>{tab.title}</bdi> })} />,
      onChoose: () => {
        onClose()
        go(paths.browse)
        tabs.select(tab.id)
      },
    }
  })
}

export function useBookmarkItems(onClose: () => void): PickerItem[] {
  const open = useOpenSite()
  const bookmarks = browseStore.use(({ state }) => state.bookmarks)
  return bookmarks.map(({ url, title }) => {
    const short = shortAddress(url)
    return {
      id: `bookmark ${url}`,
      name: `${short} ${title}`,
      row: <Row leading={<Star />} title={<bdi>{short}</bdi>} {...(title === '' ? {} : { detail: <bdi>{title}</bdi> })} />,
      onChoose: () => {
        onClose()
        void open(url)
      },
    }
  })
}
