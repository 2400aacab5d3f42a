import { ChevronRight, Scale, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { EvidenceOfTwo } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Page } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { EvidencePage } from './EvidencePage.tsx'
import css from './Ledger.module.css'
import type { ViewProps } from './Ledger.tsx'
import { ledgerStore } from './store.ts'
import { useLedgerNames } from './use-names.ts'

/** Validators that signed two blocks, newest first; or one proof of it. */
export function EvidenceView({ back, chosen }: ViewProps): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const evidence = ledgerStore.use(({ state }) => state.evidence)
  const toAll = { label: t('ledger.evidence.back'), onBack: () => go(paths.ledgerView('evidence')) }
  const proof = evidence.find(({ id }) => id === chosen)
  if (proof !== undefined) return <EvidencePage key={proof.id} evidence={proof} back={toAll} />
  return (
    <>
      <PaneHeader title={t('ledger.view.evidence')} back={chosen === null ? back : toAll} />
      {chosen !== null ? (
        <EmptyState
          icon={<Scale />}
          title={t('ledger.evidence.gone')}
          text={t('ledger.evidence.goneText')}
          action={<Button onClick={toAll.onBack}>{t('ledger.evidence.show')}</Button>}
        />
      ) : evidence.length === 0 ? (
        <EmptyState icon={<ShieldCheck />} title={t('ledger.evidence.none')} text={t('ledger.evidence.noneText')} />
      ) : (
        <Page>
          <p className={css.note}>{t('ledger.evidence.note')}</p>
          <ul className={css.list} aria-label={t('ledger.view.evidence')}>
            {evidence.map((one) => (
              <li key={one.id}>
                <EvidenceRow evidence={one} />
              </li>
            ))}
          </ul>
        </Page>
      )}
    </>
  )
}

function EvidenceRow({ evidence: { id, validator, slot, seenMs, height } }: { evidence: EvidenceOfTwo }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const entered = height === null ? t('ledger.evidence.notEntered') : t('ledger.evidence.entered', { height })
  return (
    <Link href={paths.evidence(id)} className={rowAction}>
      <Row
        leading={<Scale />}
        title={<bdi>{t('ledger.evidence.line', { name: names.validator(validator) })}</bdi>}
        meta={<Time atMs={seenMs} />}
        detail={`${t('ledger.evidence.slot', { slot })} · ${entered}`}
        trailing={<ChevronRight className={css.chevron} aria-hidden="true" />}
      />
    </Link>
  )
}
