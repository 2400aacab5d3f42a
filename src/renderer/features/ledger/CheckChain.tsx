import { CircleCheck, CircleMinus, CircleX, GitFork } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ValidationReport } from '../../../shared/model/consensus.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Section } from '../../ui/Section.tsx'
import { useLedgerAims } from './aims.ts'
import css from './CheckChain.module.css'
import { msText } from './times.ts'
import { useCheck } from './use-check.ts'
import { useLedgerNames } from './use-names.ts'

/** This chain, or those of peers, checked from the first block on; an answer from each in a row. */
export function CheckChain({ isEmpty }: { isEmpty: boolean }): ReactNode {
  const { t } = useTranslation()
  const check = useCheck()
  const { running, done, failure } = check
  const buttons = useRef<HTMLDivElement>(null)
  const { act, take } = useLedgerAims()
  const begin = useEffectEvent(() => {
    take(null)
    buttons.current?.scrollIntoView({ block: 'center' })
    if (!isEmpty && running === null) check.run('own')
  })
  useEffect(() => {
    if (act === 'check') begin()
  }, [act])

  return (
    <Section title={t('ledger.check.title')} note={t('ledger.check.note')}>
      <div ref={buttons} className={css.buttons}>
        <Button busy={running === 'own'} disabled={isEmpty || running !== null} onClick={() => check.run('own')}>
          {running === 'own' ? t('ledger.check.running') : t('ledger.check.own')}
        </Button>
        <Button busy={running === 'peers'} disabled={isEmpty || running !== null} onClick={() => check.run('peers')}>
          {running === 'peers' ? t('ledger.check.running') : t('ledger.check.peers')}
        </Button>
        {running !== null && (
          <Button tone="quiet" onClick={check.stop}>
            {t('ledger.check.stop')}
          </Button>
        )}
      </div>
      {isEmpty && <p className={css.soft}>{t('ledger.check.empty')}</p>}
      {failure !== null && <FailureNote failure={failure} onDismiss={check.dismiss} />}
      {done !== null && done.reports.length === 0 && <p className={css.soft}>{t('ledger.check.none')}</p>}
      {done !== null && done.reports.length > 0 && (
        <ul className={css.rows} aria-label={t('ledger.check.results')} aria-live="polite">
          {done.reports.map((report) => (
            <li key={report.peerId ?? ''} className={css.row}>
              <Report report={report} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Report({ report: { peerId, result, tookMs } }: { report: ValidationReport }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const differs = result.outcome === 'whole' && result.standing === 'differs'
  const Icon = differs ? GitFork : icons[result.outcome]
  return (
    <>
      <Icon className={cx(css.icon, css[differs ? 'differs' : result.outcome])} aria-hidden="true" />
      <span className={css.words}>
        <span className={css.who}>
          <bdi>{peerId === null ? t('ledger.device') : names.device(peerId)}</bdi>
        </span>
        <span className={css.result}>
          {result.outcome === 'whole' &&
            `${t('ledger.check.whole', { height: result.height })}${peerId === null ? '' : ` · ${t(`ledger.check.standing.${result.standing}`)}`}`}
          {result.outcome === 'broken' && `${t('ledger.check.broken', { height: result.firstBadHeight })}: ${result.why}`}
          {result.outcome === 'refused' && `${t('ledger.check.refused')}: ${result.why}`}
        </span>
      </span>
      <span className={css.took}>{t('ledger.check.took', { ms: msText(tookMs) })}</span>
    </>
  )
}

const icons = { whole: CircleCheck, broken: CircleX, refused: CircleMinus } as const
