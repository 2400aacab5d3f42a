import { MoonStar } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { useNow } from '../../ui/use-now.ts'
import css from './Door.module.css'
import { KnockCard } from './KnockCard.tsx'
import { layoutOf } from './FloatingKnocks.tsx'
import { missed } from './state.ts'
import { doorStore } from './store.ts'
import { useArmed } from './use-deliberate.ts'

/** Knocks that nobody answered in time, newest first, and those answered here just now. */
export function Missed(): ReactNode {
  const { t } = useTranslation()
  const loading = doorStore.use(({ freshness }) => freshness === 'loading')
  const door = doorStore.use(({ state }) => state)
  const knocks = missed(door, useNow(1_000))
  const armed = useArmed(layoutOf(knocks))

  if (loading) return <Skeleton look="cards" rows={3} label={t('door.loading')} />
  if (knocks.length === 0) {
    return <EmptyState icon={<MoonStar />} title={t('door.empty.missed.title')} text={t('door.empty.missed.text')} />
  }
  return (
    <div className={css.page}>
      <p className={css.intro}>{t('door.missed.text')}</p>
      {knocks.map((knock) => (
        <div key={knock.id}>
          <p className={css.when}>
            {t('door.missed.when')} · <Time atMs={knock.untilMs} />
          </p>
          <KnockCard knock={knock} armed={armed} place="screen" />
        </div>
      ))}
    </div>
  )
}
