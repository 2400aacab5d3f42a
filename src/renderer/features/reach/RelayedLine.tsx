import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Fuel, Peer } from '../../../shared/model/peers.ts'
import { paths } from '../../nav/paths.ts'
import { shortMs } from '../../ui/amounts.ts'
import { Popover } from '../../ui/Popover.tsx'
import { useNow } from '../../ui/use-now.ts'
import { Circuit, RENEWED_MS } from './Circuit.tsx'
import { gaugeOf } from './fuel.ts'
import { GaugeLine } from './Gauge.tsx'
import css from './RelayedLine.module.css'
import { useIntroducerName } from './store.ts'
import { leftTexts, shortLeftText } from './wording.ts'

/** A relayed conversation in one line: who carries it, what is left of the circuit. On a click, what comes after it. */
export function RelayedLine({ peer, fuel }: { peer: Peer; fuel: Fuel }): ReactNode {
  const { t } = useTranslation()
  const name = useIntroducerName(fuel.through)
  const gauge = gaugeOf(fuel, useNow(RENEWED_MS))
  const [first, second] = leftTexts(t, gauge)
  const by = name === null ? t('reach.fuel.relayed') : t('reach.fuel.by', { name })

  return (
    <Popover
      title={t('reach.fuel.title')}
      trigger={
        <button type="button" className={css.line}>
          {gauge.share !== null && <GaugeLine share={gauge.share} short />}
          <bdi className={css.by}>{by}</bdi>
          <Part>{first}</Part>
          {second !== undefined && <Part>{second}</Part>}
          <Part look="wide">{t('reach.fuel.lookingShort')}</Part>
          <span className={css.short}>
            {t('reach.fuel.relayed')} · {shortLeftText(t, gauge)}
          </span>
        </button>
      }
    >
      <div className={css.about}>
        <h2 className={css.aboutTitle}>
          <bdi>{by}</bdi>
          {peer.rttMs !== null && (
            <span className={css.roundTrip}>{t('network.ms', { ms: shortMs(peer.rttMs) })}</span>
          )}
        </h2>
        <Circuit fuel={fuel} />
        <p className={css.soft}>{t('reach.fuel.blind')}</p>
        <Link href={paths.peer(peer.peerId)} className={css.link}>
          {t('reach.fuel.more')}
        </Link>
      </div>
    </Popover>
  )
}

/** Told apart from what stands before it by a dot, which goes with it where there is no room. */
function Part({ look = 'part', children }: { look?: 'part' | 'wide'; children: ReactNode }): ReactNode {
  return (
    <span className={css[look]}>
      <span aria-hidden="true">· </span>
      {children}
    </span>
  )
}
