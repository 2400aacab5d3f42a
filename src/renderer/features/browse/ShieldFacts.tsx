import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Shield } from '../../../shared/model/browse.ts'
import { paths } from '../../nav/paths.ts'
import { shortMs } from '../../ui/amounts.ts'
import { Key } from '../../ui/Key.tsx'
import { Time } from '../../ui/Time.tsx'
import { fullDate, fullWhen } from '../../ui/when.ts'
import css from './ShieldPanel.module.css'

/** From where the page came, and as of when: by the zone and by the ledger. */
export function ShieldFacts({ shield }: { shield: Shield }): ReactNode {
  const { t } = useTranslation()
  const { zone, ledger } = shield
  return (
    <dl className={css.facts}>
      <From shield={shield} />
      <Fact name={t('browsePages.shield.zone')}>
        {t('browsePages.shield.zoneSeq', { seq: zone.seq })}
        <span className={css.soft}>
          {t('browsePages.shield.issued')} <Time atMs={zone.issuedAtMs} form="ago" />
        </span>
        <span className={css.soft} title={fullWhen(zone.expiresAtMs)}>
          {t('browsePages.shield.expires')} {fullDate(zone.expiresAtMs)}
        </span>
      </Fact>
      <Fact name={t('browsePages.shield.ledger')}>
        <Link href={paths.block(ledger.height)} className={css.link}>
          {t('browsePages.shield.block', { height: ledger.height })}
        </Link>
        <span className={css.soft}>
          <Time atMs={ledger.atMs} form="ago" />
        </span>
      </Fact>
    </dl>
  )
}

function From({ shield: { source } }: { shield: Shield }): ReactNode {
  const { t } = useTranslation()
  switch (source.kind) {
    case 'here':
      return <Fact name={t('browsePages.shield.from')}>{t('browsePages.shield.here')}</Fact>
    case 'live':
      return (
        <>
          <Fact name={t('browsePages.shield.from')}>
            {t('browsePages.shield.live')}
            <Key value={source.peerId} label={t('key.peer')} />
          </Fact>
          <Fact name={t('browsePages.shield.route')}>
            <span title={t(`route.${source.route}Note`)}>
              {t(`route.${source.route}`)}
              {source.rttMs !== null && ` · ${t('route.roundTrip', { ms: shortMs(source.rttMs) })}`}
            </span>
            {source.route === 'relayed' && <span className={css.soft}>{t('route.relayedNote')}</span>}
          </Fact>
        </>
      )
    case 'copy':
      return (
        <>
          <Fact name={t('browsePages.shield.from')}>
            {t('browsePages.shield.copyOf', { when: fullDate(source.signedMs) })}
            <span className={css.soft}>{t(source.keptHere ? 'browsePages.shield.keptHere' : 'browsePages.shield.keptThere')}</span>
          </Fact>
          <Fact name={t('browsePages.shield.cid')}>
            <Key value={source.cid} label={t('browsePages.shield.cidKey')} />
          </Fact>
          {source.holders > 0 && (
            <Fact name={t('browsePages.shield.holders')}>{t('browsePages.shield.holdersCount', { count: source.holders })}</Fact>
          )}
        </>
      )
  }
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
