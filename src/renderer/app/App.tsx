import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { KeyRound } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { I18nextProvider, useTranslation } from 'react-i18next'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { BridgeProvider, useLink, type Bridge } from '../bridge/bridge.tsx'
import { identityStore } from '../features/identity/store.ts'
import { Welcome } from '../features/welcome/Welcome.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import css from './App.module.css'
import { Frame } from './Frame.tsx'
import { LinkBanner } from './LinkBanner.tsx'
import { useAppearance } from './use-appearance.ts'
import { useFeeds } from './use-feeds.ts'
import { firstMessages, useLanguage } from './use-language.ts'

const TOOLTIP_DELAY_MS = 400

/** The host serves one page; which screen it shows stands behind the `#`. */
const behindTheHash = { hook: useHashLocation }

/** The whole window. */
export function App({ bridge }: { bridge: Bridge }): ReactNode {
  const [messages] = useState(firstMessages)
  useLanguage(messages)
  return (
    <I18nextProvider i18n={messages}>
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={TOOLTIP_DELAY_MS}>
          <BridgeProvider bridge={bridge}>
            <Router {...behindTheHash}>
              <Gate bridge={bridge} />
            </Router>
          </BridgeProvider>
        </Tooltip.Provider>
      </CSPProvider>
    </I18nextProvider>
  )
}

/** Nobody is let past the door of their own house before there is an account to be. */
function Gate({ bridge }: { bridge: Bridge }): ReactNode {
  useFeeds(bridge)
  useAppearance()
  const { link } = useLink()
  const identity = identityStore.use(({ state }) => state)
  if (identity?.state === 'ready') return <Frame />
  if (link.state === 'refused') return <Refused />
  return (
    <div className={css.whole}>
      <LinkBanner />
      {identity !== null && <Welcome identity={identity} />}
    </div>
  )
}

/** A browser that brought no token, or one that was used before. */
function Refused(): ReactNode {
  const { t } = useTranslation()
  return (
    <main className={css.whole}>
      <EmptyState icon={<KeyRound />} heading="h1" title={t('frame.link.refused')} text={t('frame.link.refusedText')} />
    </main>
  )
}
