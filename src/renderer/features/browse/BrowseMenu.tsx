import { Archive, ArrowRight, Clock, Download, Ellipsis, Equal, ExternalLink, FileSearch, FolderUp, Star, Undo2, ZoomIn, ZoomOut } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Tab } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf } from '../../bridge/failure.ts'
import { paths } from '../../nav/paths.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { nextZoom } from './address.ts'
import { useAddressField } from './asking.ts'
import { browseStore, useBookmark, useShows } from './store.ts'
import { useTabs } from './use-tabs.ts'

export interface BrowseMenuProps {
  tab: Tab | null
  isElsewhere: boolean
  onFind: () => void
}

/** What is not needed at every step; in a narrow window also what the bar has no room for. */
export function BrowseMenu({ tab, isElsewhere, onFind }: BrowseMenuProps): ReactNode {
  const { t } = useTranslation()
  const groups = [useOnPage(tab, isElsewhere, onFind), usePages()].filter((items) => items.length > 0)
  return (
    <Menu
      trigger={<IconButton side="top" label={t('browse.toolbar.menu')} icon={<Ellipsis />} />}
      groups={groups}
    />
  )
}

/** The window's own pages. */
function usePages(): MenuItem[] {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const tabs = useTabs()
  const isHere = useShows() === 'views'
  const page = (id: string, label: string, icon: ReactNode, path: string): MenuItem => ({ id, label, icon, onChoose: () => go(path) })
  const ofPages = [
    page('history', t('browse.menu.history'), <Clock />, paths.browseView('history')),
    page('downloads', t('browse.menu.downloads'), <Download />, paths.browseView('downloads')),
  ]
  const reopen = { id: 'reopen', label: t('browse.menu.reopen'), icon: <Undo2 />, onChoose: tabs.reopen }
  return [
    page('bookmarks', t('browse.menu.bookmarks'), <Star />, paths.browseView('bookmarks')),
    ...(isHere ? ofPages : []),
    page('sites', t('browse.menu.sites'), <FolderUp />, paths.yourSites),
    page('copies', t('browse.menu.copies'), <Archive />, paths.copies),
    ...(isHere ? [reopen] : []),
  ]
}

/** What concerns the page that is seen. */
function useOnPage(tab: Tab | null, isElsewhere: boolean, onFind: () => void): MenuItem[] {
  const { t } = useTranslation()
  const client = useClient()
  const tabs = useTabs()
  const gateway = browseStore.use(({ state }) => state.gateway)
  const isKept = useBookmark(tab?.url ?? '') !== null
  if (tab === null || isElsewhere || tab.kind === 'start') return []
  const { id, url, zoom } = tab
  const isSeen = tab.state === 'shown' || tab.state === 'loading'
  const openInBrowser = async (): Promise<void> => {
    try {
      await client.browse.inBrowser({ tab: id })
    } catch (error) {
      useAddressField.getState().refuse({ address: url, failure: failureOf(error) })
    }
  }
  const onSite: MenuItem[] = [
    {
      id: 'bookmark',
      label: t(isKept ? 'browse.toolbar.unbookmark' : 'browse.toolbar.bookmark'),
      icon: <Star />,
      onChoose: () => tabs.bookmark(tab, isKept),
    },
    {
      id: 'gateway',
      label: t('browse.menu.gateway'),
      ...(gateway.state === 'on' ? {} : { note: t('browse.menu.gatewayOff') }),
      icon: <ExternalLink />,
      onChoose: () => void openInBrowser(),
    },
  ]
  return [
    { id: 'forward', label: t('browse.toolbar.forward'), icon: <ArrowRight />, disabled: !tab.canForward, onChoose: () => tabs.forward(id) },
    { id: 'find', label: t('browse.menu.find'), icon: <FileSearch />, disabled: !isSeen, onChoose: onFind },
    { id: 'zoom-in', label: t('browse.menu.zoomIn'), icon: <ZoomIn />, disabled: !isSeen, onChoose: () => tabs.zoom(id, nextZoom(zoom, 1)) },
    { id: 'zoom-out', label: t('browse.menu.zoomOut'), icon: <ZoomOut />, disabled: !isSeen, onChoose: () => tabs.zoom(id, nextZoom(zoom, -1)) },
    ...(zoom === 1
      ? []
      : [
          {
            id: 'zoom-reset',
            label: t('browse.menu.zoomReset'),
            icon: <Equal />,
            note: t('browse.menu.zoomNow', { percent: Math.round(zoom * 100) }),
            onChoose: () => tabs.zoom(id, 1),
          },
        ]),
    ...(tab.kind === 'site' ? onSite : []),
  ]
}
