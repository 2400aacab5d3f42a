import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lookup } from '../../../shared/model/names.ts'
import { Address } from '../../ui/Address.tsx'
import { shortMs } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import type { LiveLookup } from './lookup.ts'
import css from './LookupResult.module.css'
import { useNameWords } from './use-name-words.ts'

/** What came of connecting: the route, its round trip, the address; or that there was no way. */
export function Connection({ lookup, found }: { lookup: LiveLookup; found: Lookup }): ReactNode {
  const { t } = useTranslation()
  const { device } = useNameWords()
  const { connection, outcome, steps } = found
  if (connection === null) {
    const wasTried = steps.some(({ step }) => step === 'dial')
    if (!wasTried || lookup.state.phase !== 'done' || outcome.outcome !== 'found') return null
    return <Banner tone="warning" title={t('namesLookup.connection.failed')} text={t('namesLookup.connection.failedText')} />
  }
  const { route, rttMs, address, peerId } = connection
  return (
    <section className={css.connection} aria-label={t('namesLookup.connection.title')}>
      <p className={css.route}>
        <strong>{t('namesLookup.connection.title')}</strong>
        <span>{t(`route.${route}`)}</span>
        {rttMs !== null && <span>{t('namesLookup.connection.rtt', { ms: shortMs(rttMs) })}</span>}
        <bdi>{device(peerId)}</bdi>
      </p>
      <Address value={address} />
      <p className={css.faint}>{t(`route.${route}Note`)}</p>
    </section>
  )
}
