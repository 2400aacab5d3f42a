import { FileText, GitFork, Grid3x3, Scale, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { LedgerStatus } from '../../../shared/model/consensus.ts'
import { paths, type LedgerView } from '../../nav/paths.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import css from './LedgerList.module.css'
import { QuorumLamp } from './QuorumLamp.tsx'
import { waiting } from './state.ts'
import { ledgerStore } from './store.ts'
import { SyncBar } from './SyncBar.tsx'

const icons = {
  entries: <FileText />,
  validators: <Users />,
  rounds: <Grid3x3 />,
  forks: <GitFork />,
  evidence: <Scale />,
} as const
const order = ['entries', 'validators', 'rounds', 'forks', 'evidence'] as const

/** The network and whether it decides, then the parts of its ledger. */
export function LedgerNav({ view }: { view: LedgerView | null }): ReactNode {
  const { t } = useTranslation()
  const status = ledgerStore.use(({ state }) => state.status)
  return (
    <nav className={css.nav} aria-label={t('ledger.views')}>
      {status !== null && (
        <Link href={paths.ledgerView('now')} className={rowAction} aria-current={view === 'now' ? 'page' : undefined}>
          <Standing status={status} />
        </Link>
      )}
      {order.map((name) => (
        <Link
          key={name}
          href={paths.ledgerView(name)}
          className={rowAction}
          aria-current={view === name ? 'page' : undefined}
        >
          <Row leading={icons[name]} title={t(`ledger.view.${name}`)} trailing={<Count view={name} />} />
        </Link>
      ))}
    </nav>
  )
}

function Standing({ status: { label, quorum, sync } }: { status: LedgerStatus }): ReactNode {
  const { t } = useTranslation()
  return (
    <span className={css.standing}>
      <QuorumLamp lamp={quorum.lamp} />
      <span className={css.standingWords}>
        <bdi className={css.label}>{label}</bdi>
        {sync.state === 'catching-up' ? (
          <SyncBar sync={sync} short />
        ) : (
          <span className={css.sentence}>
            {sync.state === 'looking' ? t('ledger.sync.looking') : t(`ledger.lamp.${quorum.lamp}`)}
          </span>
        )}
      </span>
    </span>
  )
}

function Count({ view }: { view: (typeof order)[number] }): ReactNode {
  const { t } = useTranslation()
  const count = ledgerStore.use(({ state }) => {
    switch (view) {
      case 'entries':
        return waiting(state).length
      case 'validators':
        return state.status?.validators.length ?? 0
      case 'forks':
        return state.forks.length
      case 'evidence':
        return state.evidence.length
      case 'rounds':
        return 0
    }
  })
  if (view === 'rounds') return null
  return <Badge tone="soft" count={count} label={t(`ledger.count.${view}`, { count })} />
}
