import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../../../shared/model/browse.ts'
import { useIsCovered } from '../../ui/floats.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import css from './PageHole.module.css'
import { usePageSeen } from './page-seen.ts'
import { SiteLabel } from './SiteLabel.tsx'
import { Steps } from './Steps.tsx'
import { useTabName } from './TabItem.tsx'
import { usePlace } from './use-place.ts'
import { useSlow } from './use-slow.ts'
import { useStill } from './use-still.ts'
import { doingText } from './wording.ts'

/**
 * Where the page is painted. What is drawn here is seen only where no page is: before the first one came, and while
 * something floats over the window.
 */
export function PageHole({ tab }: { tab: Tab }): ReactNode {
  const { t } = useTranslation()
  const hole = useRef<HTMLElement>(null)
  const isCovered = useIsCovered()
  const name = useTabName(tab)
  const isOpening = tab.state === 'opening'
  const { image, isAwaited } = useStill(tab, isCovered, !isOpening)
  usePlace(hole, !isCovered || isAwaited)

  const set = usePageSeen((seen) => seen.set)
  useEffect(() => {
    set(true)
    return () => set(false)
  }, [set])

  return (
    <section ref={hole} className={css.hole} aria-label={t('browse.page.label', { name })}>
      {isOpening && <Opening key={tab.id} tab={tab} name={name} />}
      {!isOpening && image !== null && <img className={css.still} src={image} alt={isCovered ? t('browse.page.hidden') : ''} />}
      {!isOpening && image === null && isCovered && !isAwaited && <Hidden tab={tab} name={name} />}
    </section>
  )
}

function Hidden({ tab, name }: { tab: Tab; name: string }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.middle}>
      {tab.shield !== null && <Avatar of={tab.shield.owner} size={56} />}
      <p className={css.name}>
        <SiteLabel name={name} />
      </p>
      <p className={css.text}>{t('browse.page.hidden')}</p>
    </div>
  )
}

function Opening({ tab, name }: { tab: Tab; name: string }): ReactNode {
  const { t } = useTranslation()
  const isSlow = useSlow(true)
  if (!isSlow) return null
  return (
    <div className={css.middle}>
      <p className={css.name}>
        <SiteLabel name={name} />
      </p>
      <p className={css.text}>{doingText(t, tab)}</p>
      {tab.step !== null && <Steps at={tab.step.step} kind={tab.kind} state="now" />}
    </div>
  )
}
