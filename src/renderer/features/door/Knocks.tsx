import { DoorClosed } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Knock } from '../../../shared/model/door.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import css from './Door.module.css'
import { layoutOf } from './FloatingKnocks.tsx'
import { KnockCard } from './KnockCard.tsx'
import { atTheDoor, countQueued } from './state.ts'
import { doorStore } from './store.ts'
import { useArmed } from './use-deliberate.ts'

/** Everybody who waits for an answer; those who came quietly under a line that says so. */
export function Knocks(): ReactNode {
  const { t } = useTranslation()
  const loading = doorStore.use(({ freshness }) => freshness === 'loading')
  const door = doorStore.use(({ state }) => state)
  const knocks = atTheDoor(door, useNow(1_000))
  const queued = countQueued(door)
  const quietQueued = countQueued(door, true)
  const armed = useArmed(layoutOf(knocks))
  const quiet = knocks.filter((knock) => knock.quiet)
  const cardOf = (knock: Knock): ReactNode => <KnockCard key={knock.id} knock={knock} armed={armed} place="screen" />

  if (loading) return <Skeleton look="cards" rows={3} label={t('door.loading')} />
  if (knocks.length === 0 && queued === 0 && quietQueued === 0) {
    return <EmptyState icon={<DoorClosed />} title={t('door.empty.knocks.title')} text={t('door.empty.knocks.text')} />
  }
  return (
    <div className={css.page}>
      {knocks.filter((knock) => !knock.quiet).map(cardOf)}
      {queued > 0 && <p className={css.note}>{t('door.knock.queued', { count: queued })}</p>}
      {quiet.length + quietQueued > 0 && (
        <section className={css.part} aria-label={t('door.knock.quiet')}>
          <h2 className={css.partTitle}>{t('door.knock.quiet')}</h2>
          {quiet.map(cardOf)}
          {quietQueued > 0 && <p className={css.note}>{t('door.knock.queued', { count: quietQueued })}</p>}
        </section>
      )}
    </div>
  )
}
