import { Grid3x3 } from 'lucide-react'
import { useContext, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { REACH_PLACES, type ReachPair, type ReachPlace } from '../../../shared/reach-table.ts'
import { paths } from '../../nav/paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { reachStore } from '../reach/store.ts'
import { Measured, placeOf } from './measured.ts'
import css from './Measured.module.css'
import { MeasuredList } from './MeasuredList.tsx'
import { MeasuredMatrix } from './MeasuredMatrix.tsx'

const WAYS = ['tcp', 'webrtc', 'relay'] as const

/** Which networks reach which, as our lab measured it. */
export function MeasuredPage({ back }: { back: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  const { t } = useTranslation()
  const table = useContext(Measured)
  const own = reachStore.use(({ state }) => placeOf(state))
  return (
    <>
      <PaneHeader title={t('measured.title')} back={back} />
      {table.length === 0 ? (
        <EmptyState
          icon={<Grid3x3 />}
          title={t('measured.emptyTitle')}
          text={t('measured.emptyText')}
          action={<Link href={paths.thisDevice} className={css.link}>{t('measured.toDevice')}</Link>}
        />
      ) : (
        <Page>
          <Table table={table} own={own} />
          <Section title={t('measured.places')}>
            <Facts
              facts={REACH_PLACES.map((place) => ({ name: t(`measured.place.${place}`), value: t(`measured.is.${place}`) }))}
            />
          </Section>
        </Page>
      )}
    </>
  )
}

function Table({ table, own }: { table: readonly ReachPair[]; own: ReachPlace | null }): ReactNode {
  const { t } = useTranslation()
  return (
    <Section title={t('measured.how')} note={t('measured.howNote')}>
      <p>{own === null ? t('measured.ownUnknown') : t('measured.own', { place: t(`measured.place.${own}`) })}</p>
      <ul className={css.legend} aria-label={t('measured.legend')}>
        {WAYS.map((way) => (
          <li key={way} className={css.meaning}>
            <span className={css.sample} data-way={way} aria-hidden="true">
              {t(`measured.letter.${way}`)}
            </span>
            {t(`measured.way.${way}`)}
          </li>
        ))}
      </ul>
      <div className={css.room}>
        <div className={css.matrix}>
          <MeasuredMatrix table={table} own={own} />
        </div>
        <div className={css.list}>
          <MeasuredList table={table} own={own} />
        </div>
      </div>
    </Section>
  )
}
