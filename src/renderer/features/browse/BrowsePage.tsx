import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Redirect, useLocation } from 'wouter'
import { paths } from '../../nav/paths.ts'
import type { PaneHeaderProps } from '../../ui/Panes.tsx'
import { CopiesPage } from '../copies/CopiesPage.tsx'
import { SitesPage } from '../sites/SitesPage.tsx'
import { BookmarksPage } from './BookmarksPage.tsx'
import css from './BrowsePage.module.css'
import { DownloadsPage } from './DownloadsPage.tsx'
import { HistoryPage } from './HistoryPage.tsx'

/** A page of the window itself, in the place of a site's. */
export function BrowsePage({ view }: { view: string }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const back = { label: t('browsePages.back'), onBack: () => go(paths.browse), isAlways: true }
  const page = pageOf(view, back)
  return page === null ? <Redirect to={paths.browse} replace /> : <div className={css.page}>{page}</div>
}

function pageOf(view: string, back: NonNullable<PaneHeaderProps['back']>): ReactNode {
  const [first] = view.split('/')
  switch (first) {
    case 'bookmarks':
      return <BookmarksPage back={back} />
    case 'history':
      return <HistoryPage back={back} />
    case 'downloads':
      return <DownloadsPage back={back} />
    case 'sites':
      return <SitesPage back={back} />
    case 'copies':
      return <CopiesPage back={back} />
    default:
      return null
  }
}
