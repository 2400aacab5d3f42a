import { Ban, CircleCheck, Gauge, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Peer, Standing } from '../../../shared/model/peers.ts'
import { Banner } from '../../ui/Banner.tsx'
import { cx } from '../../ui/cx.ts'
import { Section } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clock } from '../../ui/when.ts'
import css from './Conduct.module.css'
import { useStanding } from './use-standing.ts'

const icons = { good: CircleCheck, throttled: Gauge, disconnected: Unplug, banned: Ban } as const

/** What a peer's conduct has earned it, what lowered it, when it is good again, and what it may still open. */
export function Conduct({ peer }: { peer: Peer }): ReactNode {
  const { t } = useTranslation()
  const heard = useStanding(peer)
  const nowMs = useNow(1_000)
  // Its time is over, and nobody has asked since.
  const isOver = heard.goodAtMs !== null && heard.goodAtMs <= nowMs
  const standing: Standing['standing'] = isOver ? 'good' : heard.standing
  const Icon = icons[standing]
  return (
    <>
      <Section title={t('network.conduct')} note={t('network.conductNote')}>
        {standing === 'banned' && heard.goodAtMs !== null && (
          <Banner
            tone="error"
            title={t('network.bannedUntil', { time: clock(heard.goodAtMs) })}
            text={t('network.meaning.banned')}
          />
        )}
        <div className={css.head}>
          <p className={cx(css.word, css[standing])}>
            <Icon />
            {t(`network.standing.${standing}`)}
            {!isOver && <span className={css.score}>{t('network.score', { score: Math.round(heard.score) })}</span>}
          </p>
          {!isOver && (
            <div className={css.track} aria-hidden="true">
              <div className={cx(css.level, css[standing])} style={{ scale: `${heard.score / 100} 1` }} />
            </div>
          )}
          {standing !== 'banned' && <p className={css.soft}>{t(`network.meaning.${standing}`)}</p>}
          {standing !== 'good' && standing !== 'banned' && heard.goodAtMs !== null && (
            <p className={css.soft}>{t('network.goodAt', { time: clock(heard.goodAtMs) })}</p>
          )}
        </div>
        {heard.lowered.length === 0 ? (
          <p className={css.soft}>{t('network.nothing')}</p>
        ) : (
          <Lowered lowered={heard.lowered} />
        )}
      </Section>
      {heard.rates.length > 0 && <Rates rates={heard.rates} />}
    </>
  )
}

function Lowered({ lowered }: { lowered: Standing['lowered'] }): ReactNode {
  const { t } = useTranslation()
  return (
    <ul className={css.rows} aria-label={t('network.lowered')}>
      {lowered.map(({ why, points, atMs }, index) => (
        // The same may happen twice in one millisecond.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={`${atMs} ${index}`} className={css.row}>
          <span className={css.points}>{t('network.points', { count: Math.round(points) })}</span>
          <span className={css.why}>{why}</span>
          <span className={css.when}>
            <Time atMs={atMs} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Rates({ rates }: { rates: Standing['rates'] }): ReactNode {
  const { t } = useTranslation()
  return (
    <Section title={t('network.rates')} note={t('network.ratesNote')}>
      <ul className={css.rows}>
        {rates.map(({ protocol, left, burst, perSecond }) => (
          <li key={protocol} className={css.rate}>
            <span className={css.protocol}>{protocol}</span>
            <span className={css.left}>
              {left < 1 ? t('network.rateWaits') : t('network.rateLeft', { left: Math.floor(left), burst })} ·{' '}
              {t('network.ratePerSecond', { count: perSecond })}
            </span>
            <span className={css.track} aria-hidden="true">
              <span
                className={cx(css.level, left < 1 ? css.disconnected : css.plain)}
                style={{ scale: `${Math.min(1, left / burst)} 1` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
