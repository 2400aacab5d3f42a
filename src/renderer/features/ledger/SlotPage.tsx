import { Box, CircleDashed, CircleSlash, Eye } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { SlotRounds } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Key } from '../../ui/Key.tsx'
import { countText } from '../../ui/amounts.ts'
import { exactClock } from '../../ui/when.ts'
import { sentence } from './entry-words.ts'
import { gridOf, type Grid } from './rounds-view.ts'
import { SlotGrid } from './SlotGrid.tsx'
import css from './SlotPage.module.css'
import { ledgerStore } from './store.ts'
import { msText } from './times.ts'
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
          {leader !== undefined && ` · ${t('ledger.rounds.led', { leader: names.leader(leader) })}`}
        </p>
      </header>
      <Outcome slot={slot} />
      {slot.abstained !== null && (
        <p className={css.abstained}>
          <Eye aria-hidden="true" />
          <span>
            {t('ledger.rounds.abstained')}. {sentence(slot.abstained)}
          </span>
        </p>
      )}
      {grid.values.length > 1 && <TwoBlocks slot={slot.slot} />}
      <SlotGrid grid={grid} slot={slot} />
      <Legend grid={grid} />
      <p className={css.note}>{t('ledger.rounds.note')}</p>
    </div>
  )
}

function Outcome({ slot: { outcome, certified, faults, roundMs, roster } }: { slot: SlotRounds }): ReactNode {
  const { t } = useTranslation()
  const rounds = faults + 1
  const figures = { bound: countText(rounds * roundMs), rounds, delta: countText(roundMs) }
  const Icon = outcome === null ? CircleDashed : outcome.decision === 'block' ? Box : CircleSlash
  return (
    <div className={css.outcome}>
      <p className={css.what}>
        <Icon aria-hidden="true" />
        {outcome === null
          ? t('ledger.rounds.open')
          : outcome.decision === 'block'
            ? t('ledger.rounds.blockText', { ms: msText(outcome.offsetMs) })
            : t('ledger.rounds.nothingText')}
      </p>
      <p className={css.soft}>
        {outcome === null && t('ledger.rounds.openText', figures)}
        {outcome?.decision === 'nothing' && t('ledger.rounds.nothingWhy', { ...figures, why: sentence(outcome.why) })}
        {outcome?.decision === 'block' && t(`ledger.rounds.by.${roster.length === 1 ? 'alone' : outcome.by}`, figures)}
      </p>
      {outcome?.decision === 'block' && (
        <p className={css.soft}>
          {certified === null
            ? t('ledger.rounds.uncertified')
            : t('ledger.rounds.certified', { count: certified.signers, ms: msText(certified.offsetMs) })}{' '}
          <Link href={paths.block(outcome.block)} className={css.link}>
            {t('ledger.rounds.showBlock')}
          </Link>
        </p>
      )}
    </div>
  )
}

/** The leader signed both. The proof of it may be here, or still on its way. */
function TwoBlocks({ slot }: { slot: number }): ReactNode {
  const { t } = useTranslation()
  const proof = ledgerStore.use(({ state }) => state.evidence.find((one) => one.slot === slot) ?? null)
  return (
    <Banner
      tone="warning"
      title={t('ledger.rounds.legendTwo')}
      action={
        proof !== null && (
          <Link href={paths.evidence(proof.id)} className={css.link}>
            {t('ledger.rounds.evidence')}
          </Link>
        )
      }
    />
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
