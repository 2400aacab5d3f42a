import { CircleAlert, DoorClosed, GlobeLock, Hourglass, SearchX, ShieldX, Unplug } from 'lucide-react'
import { useEffect, useEffectEvent, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { OpenCode, OpenFailure, Tab } from '../../../shared/model/browse.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { useCopyOf } from '../copies/store.ts'
import { ledgerStore } from '../ledger/store.ts'
import { useClaimAim } from '../names/claim-aim.ts'
import { namesStore, useTld } from '../names/store.ts'
import { ownedPart } from '../names/typed-name.ts'
import { hostOf } from './address.ts'
import css from './ErrorPage.module.css'
import { KnockPanel } from './KnockPanel.tsx'
import { awaitsOwner, OpensWhenBack } from './OpensWhenBack.tsx'
import { Steps } from './Steps.tsx'
import { useTabs } from './use-tabs.ts'
import { knownCode } from './wording.ts'

const icons: Partial<Record<OpenCode, typeof CircleAlert>> = {
  nobody: SearchX,
  'no-zone': SearchX,
  'no-site': SearchX,
  'catching-up': Hourglass,
  busy: Hourglass,
  timeout: Hourglass,
  'knock-first': DoorClosed,
  denied: DoorClosed,
  silent: DoorClosed,
  'device-unreachable': Unplug,
  'name-unreachable': Unplug,
  cut: Unplug,
  'exit-unreachable': Unplug,
  'exit-refused': GlobeLock,
  'name-refused': ShieldX,
  unproven: ShieldX,
  'copy-damaged': ShieldX,
  certificate: ShieldX,
  blocked: ShieldX,
}

/** What stops something bad, and not merely something: it stops the eye too. */
const grave: ReadonlySet<OpenCode> = new Set(['name-refused', 'unproven', 'copy-damaged', 'certificate'])
/** Where looking the name up tells more than trying again. */
const ofTheName: ReadonlySet<OpenCode> = new Set(['nobody', 'no-zone', 'no-site', 'name-refused', 'name-unreachable', 'device-unreachable', 'unproven'])
/** Of a name of one's own, it is oneself who can mend it. */
const unpublished: ReadonlySet<OpenCode> = new Set(['no-zone', 'no-site'])
const noRetry: ReadonlySet<OpenCode> = new Set(['bad-address', 'denied', 'catching-up', 'knock-first'])

/** Why a page did not open: what happened, at which step, and what to do now. */
export function ErrorPage({ tab, failure }: { tab: Tab; failure: OpenFailure }): ReactNode {
  const { t, i18n } = useTranslation()
  const code = knownCode(failure.code)
  const name = tab.site ?? (hostOf(failure.url) || failure.url)
  const Icon = icons[code] ?? CircleAlert
  // Main says what it knows and what to do. Of what is grave, of what it does not know better, and
  // in a language that it does not speak, our words stand first.
  const saysAll = i18n.language === 'en' && failure.why !== '' && !grave.has(code) && code === failure.code
  return (
    <div className={css.scroll}>
      <section className={css.page} aria-labelledby="browse-error">
        <span className={cx(css.icon, grave.has(code) && css.grave)}>
          <Icon aria-hidden="true" />
        </span>
        <h2 id="browse-error" className={css.title}>
          <bdi>{t(`browse.error.code.${code}.title`, { name })}</bdi>
        </h2>
        <p className={css.text} role="alert">
          <bdi>{saysAll ? failure.why : t(`browse.error.code.${code}.todo`, { name })}</bdi>
        </p>
        {failure.why !== '' && !saysAll && (
          <p className={css.why}>
            <bdi>{failure.why}</bdi>
          </p>
        )}
        {failure.knock === null ? null : <KnockPanel key={failure.atMs} tab={tab} failure={failure} knock={failure.knock} />}
        {code === 'catching-up' && <CatchingUp tab={tab} />}
        {awaitsOwner.has(code) && <OpensWhenBack tab={tab} />}
        <Actions tab={tab} code={code} />
        {code !== 'bad-address' && <Steps at={failure.step} kind={tab.kind} state={code === 'knock-first' ? 'asks' : 'failed'} />}
      </section>
    </div>
  )
}

function Actions({ tab, code }: { tab: Tab; code: OpenCode }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const tabs = useTabs()
  const claim = useClaimAim((aim) => aim.claim)
  const kept = useCopyOf(tab.site)
  const { site } = tab
  const tld = useTld()
  const owned = site === null ? null : ownedPart(site)
  const isMine = namesStore.use(({ state }) => [...state.mine.values()].some(({ name }) => `${name}.${tld}` === owned))
  const isToPublish = isMine && unpublished.has(code)
  return (
    <div className={css.actions}>
      {!noRetry.has(code) && (
        <Button tone={code === 'nobody' || isToPublish ? 'plain' : 'primary'} onClick={() => tabs.reload(tab.id)}>
          {t('browse.error.retry')}
        </Button>
      )}
      {code === 'nobody' && site !== null && (
        <Button
          tone="primary"
          onClick={() => {
            claim(ownedPart(site))
            go(paths.yourNames)
          }}
        >
          {t('browse.error.claim')}
        </Button>
      )}
      {isToPublish && (
        <Button tone="primary" onClick={() => go(paths.yourSites)}>
          {t('browsePages.start.empty.publish')}
        </Button>
      )}
      {ofTheName.has(code) && site !== null && (
        <Button onClick={() => go(paths.lookUpOf(site))}>{t('browse.error.lookUp')}</Button>
      )}
      {kept !== null && code !== 'copy-damaged' && (
        <Button onClick={() => go(paths.copies)}>{t('browse.error.keptCopy')}</Button>
      )}
    </div>
  )
}

/** Where the ledger was there all along, and the page was told otherwise: not at once, or the two could go on for ever. */
const AGAIN_MS = 3_000

/** It goes on by itself, as soon as the ledger is there. */
function CatchingUp({ tab }: { tab: Tab }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  const isThere = ledgerStore.use(({ state }) => state.status?.sync.state === 'ready')
  const [wasThere] = useState(isThere)
  const reload = useEffectEvent(() => tabs.reload(tab.id))
  useEffect(() => {
    if (!isThere) return undefined
    const timer = setTimeout(() => reload(), wasThere ? AGAIN_MS : 0)
    return () => clearTimeout(timer)
  }, [isThere, wasThere])
  return <p className={css.text}>{t('browse.error.waiting')}</p>
}
