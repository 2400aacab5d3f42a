import { Box, CircleDashed, CircleSlash, Eye } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { SlotRounds } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { shortMs } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Key } from '../../ui/Key.tsx'
import { exactClock } from '../../ui/when.ts'
import { gridOf, type Grid } from './rounds-view.ts'
import { SlotGrid } from './SlotGrid.tsx'
import css from './SlotPage.module.css'
import { useLedgerNames } from './use-names.ts'
import { ValueMark } from './ValueMark.tsx'

/** One slot: what came of it, and who signed what in which round. */
export function SlotPage({ slot }: { slot: SlotRounds }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const grid = gridOf(slot)
  const leader = slot.roster[slot.leader]
  return (
    <div className={css.page}>
      <header>
        <h2 className={css.title}>{t('ledger.rounds.slot', { slot: slot.slot })}</h2>
        <p className={css.soft}>
          <time dateTime={new Date(slot.startMs).toISOString()}>{exactClock(slot.startMs)}</time>
          {leader !== undefined && ` · ${t('ledger.rounds.led', { leader: names.validator(leader) })}`}
        </p>
      </header>
      <Outcome slot={slot} />
      {slot.abstained !== null && (
        <p className={css.abstained}>
          <Eye aria-hidden="true" />
          <span>
            {t('ledger.rounds.abstained')}: {slot.abstained}
          </span>
        </p>
      )}
      {grid.values.length > 1 && <Banner tone="warning" title={t('ledger.rounds.legendTwo')} />}
      <SlotGrid grid={grid} roundMs={slot.roundMs} />
      <Legend grid={grid} />
    </div>
  )
}

function Outcome({ slot: { outcome, certified, faults, roundMs } }: { slot: SlotRounds }): ReactNode {
  const { t } = useTranslation()
  const rounds = faults + 1
  const bound = t('ledger.rounds.bound', {
    ms: (rounds * roundMs).toLocaleString(),
    rounds,
    delta: roundMs.toLocaleString(),
  })
  const Icon = outcome === null ? CircleDashed : outcome.decision === 'block' ? Box : CircleSlash
  return (
    <div className={css.outcome}>
      <p className={css.what}>
        <Icon aria-hidden="true" />
        {outcome === null
          ? t('ledger.rounds.open')
          : outcome.decision === 'block'
            ? t('ledger.rounds.blockText', { ms: shortMs(outcome.offsetMs) })
            : t('ledger.rounds.nothingText')}
      </p>
      <p className={css.soft}>
        {outcome === null && `${t('ledger.rounds.openText')} ${bound}`}
        {outcome?.decision === 'nothing' && `${outcome.why} ${bound}`}
        {outcome?.decision === 'block' && `${t(`ledger.rounds.by.${outcome.by}`)} ${bound}`}
      </p>
      {outcome?.decision === 'block' && (
        <p className={css.soft}>
          {certified === null
            ? t('ledger.rounds.uncertified')
            : t('ledger.rounds.certified', { count: certified.signers, ms: shortMs(certified.offsetMs) })}{' '}
          <Link href={paths.block(outcome.block)} className={css.link}>
            {t('ledger.rounds.showBlock')}
          </Link>
        </p>
      )}
    </div>
  )
}

function Legend({ grid: { values, rows } }: { grid: Grid }): ReactNode {
  const { t } = useTranslation()
  if (values.length === 0) return null
  const hasSecond = rows.some(({ rounds, late }) => [...rounds.flat(), ...late].some(({ saying }) => saying === 'second'))
  return (
    <ul className={css.legend}>
      {values.map(({ letter, block }) => (
        <li key={letter} className={css.value}>
          <ValueMark letter={letter} />
          {t('ledger.rounds.value', { letter })}
          <Key value={block} label={t('ledger.key.block')} />
        </li>
      ))}
      {hasSecond && (
        <li className={css.value}>
          <ValueMark letter="A" saying="second" />
          <span className={css.soft}>{t('ledger.rounds.second')}</span>
        </li>
      )}
    </ul>
  )
}
