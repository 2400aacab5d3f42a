import { Check, CircleAlert, CircleDashed, Clock, Minus, TriangleAlert } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LookupStep } from '../../../shared/model/names.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Section.tsx'
import type { LookupState } from './lookup-state.ts'
import css from './LookupTrace.module.css'
import { traceLines, type TraceLine } from './trace-view.ts'
import { useNameWords } from './use-name-words.ts'
import { tookText } from './wording.ts'

/** Most look-ups have fewer; the others are one press away. */
const SHOWN = 32

const icons: Readonly<Record<LookupStep['outcome'], ReactNode>> = {
  running: <CircleDashed />,
  found: <Check />,
  newer: <Check />,
  older: <Minus />,
  nothing: <Minus />,
  refused: <CircleAlert />,
  late: <Clock />,
  failed: <TriangleAlert />,
  skipped: <Minus />,
}

/** Every step with its time: a table to read, and bars to see what waited for what. */
export function LookupTrace({ state }: { state: LookupState }): ReactNode {
  const { t } = useTranslation()
  const [isWhole, setIsWhole] = useState(false)
  const { steps, lookup, phase } = state
  const { lines, scaleMs } = traceLines(steps, phase === 'done' ? (lookup?.tookMs ?? 0) : 0)
  const shown = isWhole ? lines : lines.slice(0, SHOWN)
  return (
    <Section title={t('namesLookup.trace.title')}>
      <div className={css.room}>
        <table className={css.table}>
          <caption className="visually-hidden">{t('namesLookup.trace.caption')}</caption>
          <thead>
            <tr>
              <th scope="col" className={css.at}>
                {t('namesLookup.trace.columns.at')}
              </th>
              <th scope="col" className={css.stepHead}>
                {t('namesLookup.trace.columns.step')}
              </th>
              <th scope="col">{t('namesLookup.trace.columns.what')}</th>
              <th scope="col" className={css.took}>
                {t('namesLookup.trace.columns.took')}
              </th>
              <th scope="col" className={css.when}>
                {t('namesLookup.trace.scale', { time: tookText(t, scaleMs) })}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line, index) => (
              <Line key={`${line.step.atMs} ${index}`} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < lines.length && (
        <p>
          <Button size="small" onClick={() => setIsWhole(true)}>
            {t('namesLookup.trace.all', { count: lines.length })}
          </Button>
        </p>
      )}
    </Section>
  )
}

function Line({ line: { step, from, share, isRunning } }: { line: TraceLine }): ReactNode {
  const { t } = useTranslation()
  const { device } = useNameWords()
  const { atMs, tookMs, peerId, hops, why, outcome } = step
  return (
    <tr className={css.line} data-outcome={outcome}>
      <td className={css.at}>{tookText(t, atMs)}</td>
      <th scope="row" className={css.step}>
        <span>{t(`namesLookup.trace.step.${step.step}`)}</span>
        {peerId !== null && <bdi className={css.peer}>{device(peerId)}</bdi>}
        {hops !== null && hops > 0 && <span className={css.peer}>{t('namesLookup.trace.hops', { count: hops })}</span>}
      </th>
      <td className={css.what}>
        <span className={css.outcome}>
          {icons[outcome]}
          {t(`namesLookup.trace.outcome.${outcome}`)}
          {tookMs !== null && tookMs > 0 && <span className={css.inline}>{tookText(t, tookMs)}</span>}
        </span>
        {why !== '' && <span className={css.why}>{why}</span>}
      </td>
      <td className={css.took}>{tookMs === null ? '' : tookMs === 0 ? '–' : tookText(t, tookMs)}</td>
      <td className={css.when} aria-hidden="true">
        <span
          className={css.bar}
          data-running={isRunning || undefined}
          style={{ '--from': String(from), '--share': String(share) }}
        />
      </td>
    </tr>
  )
}
