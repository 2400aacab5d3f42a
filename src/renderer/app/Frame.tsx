import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageSeen } from '../features/browse/page-seen.ts'
import { FloatingKnocks } from '../features/door/FloatingKnocks.tsx'
import { Reminders } from '../features/names/Reminders.tsx'
import { NowActive } from '../features/networks/NowActive.tsx'
import { Dialogs } from './Dialogs.tsx'
import css from './Frame.module.css'
import { LinkBanner } from './LinkBanner.tsx'
import { Rail } from './Rail.tsx'
import { RevokedBanner } from './RevokedBanner.tsx'
import { Routes } from './routes.tsx'
import { useNudges } from './use-nudges.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { useTitle } from './use-title.ts'

/** The window of somebody with an account: rail, place, and what floats over every place. */
export function Frame(): ReactNode {
  const { t } = useTranslation()
  useShortcuts()
  useTitle()
  useNudges()
  const isPageSeen = usePageSeen((page) => page.isSeen)
  return (
    <div className={css.frame}>
      <button type="button" className={css.skip} onClick={() => document.getElementById('content')?.focus()}>
        {t('frame.skip')}
      </button>
      <Rail />
      <div className={css.place}>
        <LinkBanner />
        <RevokedBanner />
        <NowActive />
        <Reminders />
        <div className={css.screen}>
          <Routes />
          <FloatingKnocks folded={isPageSeen} />
        </div>
      </div>
      <Dialogs />
    </div>
  )
}
