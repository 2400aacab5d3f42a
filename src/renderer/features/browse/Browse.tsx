import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { TabId } from '../../../shared/model/browse.ts'
import { paths } from '../../nav/paths.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { AskBars } from './AskBars.tsx'
import { useAddressField } from './asking.ts'
import css from './Browse.module.css'
import { BrowsePage } from './BrowsePage.tsx'
import { DownloadBar } from './DownloadBar.tsx'
import { ErrorPage } from './ErrorPage.tsx'
import { ExitBand } from './ExitBand.tsx'
import { FindBar } from './FindBar.tsx'
import { GatewayCard } from './GatewayCard.tsx'
import { PageHole } from './PageHole.tsx'
import { ShieldPanel } from './ShieldPanel.tsx'
import { StartPage } from './StartPage.tsx'
import { browseStore, useActiveTab, useShows } from './store.ts'
import { TabStrip } from './TabStrip.tsx'
import { Toolbar } from './Toolbar.tsx'
import { useBrowseKeys } from './use-browse-keys.ts'
import { useNarrow } from './use-narrow.ts'

/** `held`: the key that is held for a shortcut, as this platform writes it. */
export function Browse({ held }: { held: string }): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  const isLoading = browseStore.use(({ freshness }) => freshness === 'loading')
  const shows = useShows()
  const view = location === paths.browse ? null : location.slice(paths.browse.length + 1)
  return (
    <main id="content" tabIndex={-1} className={css.browse}>
      {view === null && <h1 className="visually-hidden">{t('browse.title')}</h1>}
      {isLoading ? (
        <Skeleton label={t('browsePages.start.loading')} />
      ) : shows === 'views' ? (
        <WithTabs view={view} held={held} />
      ) : (
        <InThisBrowser view={view} held={held} />
      )}
    </main>
  )
}

/** Pages are shown in this window. */
function WithTabs({ view, held }: { view: string | null; held: string }): ReactNode {
  const tab = useActiveTab()
  const isNarrow = useNarrow()
  const [shieldOf, setShieldOf] = useState<TabId | null>(null)
  const [find, setFind] = useState<{ tab: TabId; asked: number } | null>(null)
  const isPageShown = view === null && tab !== null
  const onFind = (): void => {
    if (tab !== null) setFind((held) => ({ tab: tab.id, asked: (held?.asked ?? 0) + 1 }))
  }
  useBrowseKeys({ onFind, isPageShown })
  const shield = tab !== null && shieldOf === tab.id ? tab.shield : null
  const isPage = tab !== null && (tab.state === 'opening' || tab.state === 'loading' || tab.state === 'shown')
  const closeFind = (): void => {
    setFind(null)
    useAddressField.getState().focusPage()
  }
  return (
    <>
      <TabStrip isShown={view === null} shortcut={`${held}T`} />
      <Toolbar
        tab={tab}
        isElsewhere={view !== null}
        isShieldOpen={shield !== null}
        onShield={() => setShieldOf(shield === null && tab !== null ? tab.id : null)}
        onFind={onFind}
        held={held}
      />
      <Refusal />
      {!isPageShown ? (
        view === null ? <StartPage /> : <BrowsePage view={view} />
      ) : (
        <>
          {tab.kind === 'exit' && tab.exit !== null && <ExitBand tab={tab} exit={tab.exit} />}
          <AskBars tab={tab} />
          {isPage && find?.tab === tab.id && <FindBar key={tab.id} tab={tab} asked={find.asked} onClose={closeFind} />}
          <div className={css.body}>
            {!(isNarrow && shield !== null) &&
              (isPage ? (
                <PageHole tab={tab} />
              ) : tab.state === 'failed' && tab.failure !== null ? (
                <ErrorPage key={tab.id} tab={tab} failure={tab.failure} />
              ) : (
                <StartPage />
              ))}
            {shield !== null && <ShieldPanel shield={shield} onClose={() => setShieldOf(null)} />}
          </div>
          <DownloadBar />
        </>
      )}
    </>
  )
}

/** Pages are shown by the browser that this window runs in, each in a tab of its own. */
function InThisBrowser({ view, held }: { view: string | null; held: string }): ReactNode {
  useBrowseKeys({ onFind: () => {}, isPageShown: false })
  return (
    <>
      <Toolbar tab={null} isElsewhere isShieldOpen={false} onShield={() => {}} onFind={() => {}} held={held} />
      <Refusal />
      {view !== null ? (
        <BrowsePage view={view} />
      ) : (
        <div className={css.scroll}>
          <GatewayCard />
          <StartPage />
        </div>
      )}
    </>
  )
}

/** What was typed and led nowhere. */
function Refusal(): ReactNode {
  const refused = useAddressField((field) => field.refused)
  const refuse = useAddressField((field) => field.refuse)
  if (refused === null || refused.failure === null) return null
  return (
    <div className={css.refusal}>
      <FailureNote failure={refused.failure} onDismiss={() => refuse(null)} />
    </div>
  )
}
