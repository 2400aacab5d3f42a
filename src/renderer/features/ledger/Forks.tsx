import { ChevronRight, GitFork } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { Fork } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Page } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { ForkPage } from './ForkPage.tsx'
import css from './Ledger.module.css'
import type { ViewProps } from './Ledger.tsx'
import { ledgerStore } from './store.ts'

/** Branches that met, newest first; or one of them. */
export function Forks({ back, chosen }: ViewProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const forks = ledgerStore.use(({ state }) => state.forks)
  const toAll = { label: t('ledger.forks.back'), onBack: () => go(paths.ledgerView('forks')) }
  const fork = forks.find(({ id }) => String(id) === chosen)
  if (fork !== undefined) return <ForkPage key={fork.id} fork={fork} back={toAll} />
  return (
    <>
      <PaneHeader title={t('ledger.view.forks')} back={chosen === null ? back : toAll} />
      {chosen !== null ? (
        <EmptyState
          icon={<GitFork />}
          title={t('ledger.forks.gone')}
          text={t('ledger.forks.goneText')}
          action={<Button onClick={toAll.onBack}>{t('ledger.forks.show')}</Button>}
        />
      ) : forks.length === 0 ? (
        <EmptyState icon={<GitFork />} title={t('ledger.forks.none')} text={t('ledger.forks.noneText')} />
      ) : (
        <Page>
          <p className={css.note}>{t('ledger.forks.note')}</p>
          <ul className={css.list} aria-label={t('ledger.view.forks')}>
            {forks.map((one) => (
              <li key={one.id}>
                <ForkRow fork={one} />
              </li>
            ))}
          </ul>
        </Page>
      )}
    </>
  )
}

function ForkRow({ fork: { id, atMs, parentHeight, outcome, chain, other, names } }: { fork: Fork }): ReactNode {
  const { t } = useTranslation()
  const words = [
    t(`ledger.forks.${outcome}`),
    t('ledger.forks.against', { chain: chain.weight, other: other.weight }),
    names.length === 0 ? null : t('ledger.forks.namesCount', { count: names.length }),
  ]
  return (
    <Link href={paths.fork(id)} className={rowAction}>
      <Row
        leading={<GitFork />}
        title={t('ledger.forks.line', { height: parentHeight })}
        meta={<Time atMs={atMs} />}
        detail={words.filter(Boolean).join(' · ')}
        trailing={<ChevronRight className={css.chevron} aria-hidden="true" />}
      />
    </Link>
  )
}
