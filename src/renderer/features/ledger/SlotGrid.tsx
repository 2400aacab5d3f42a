import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SlotRounds } from '../../../shared/model/consensus.ts'
import { countText } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import type { Grid, GridMark } from './rounds-view.ts'
import { SlotList } from './SlotList.tsx'
import css from './SlotGrid.module.css'
import { SlotMark } from './SlotMark.tsx'
import { SlotWho } from './SlotWho.tsx'
import { msText } from './times.ts'

export interface SlotGridProps {
  grid: Grid
  slot: SlotRounds
}

/** More than these columns need a wide pane. */
const FEW_COLUMNS = 4

/** Validators down, rounds across; each mark where and when somebody signed. Drawn as a list where there is no room. */
export function SlotGrid(props: SlotGridProps): ReactNode {
  const { idleFrom, hasLate } = props.grid
  const wide = idleFrom - 1 + (hasLate ? 1 : 0) + 1
  return (
    <div className={cx(css.room, wide > FEW_COLUMNS && css.many)}>
      <Table {...props} />
      <SlotList grid={props.grid} />
    </div>
  )
}

function Table({ grid, slot: { roundMs, outcome } }: SlotGridProps): ReactNode {
  const { t } = useTranslation()
  const { rounds, idleFrom, rows, hasLate, decided } = grid
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1)
  const after = decided !== null && decided.round > rounds ? decided : null
  const inRound = (round: number): At => (decided?.round === round ? decided : null)
  const flag =
    decided === null
      ? ''
      : t(outcome?.decision === 'nothing' ? 'ledger.rounds.decidedNothing' : 'ledger.rounds.decided', {
          ms: msText(decided.offsetMs),
        })
  return (
    <table className={css.grid} aria-label={t('ledger.rounds.grid')}>
      <thead>
        <tr>
          <th scope="col" className={css.corner}>
            {t('ledger.rounds.validator')}
          </th>
          {numbers.map((round) =>
            round >= idleFrom ? (
              <th
                key={round}
                scope="col"
                className={cx(css.column, css.idle)}
                title={t('ledger.rounds.unused', { round })}
                aria-label={t('ledger.rounds.unused', { round })}
              >
                {round}
              </th>
            ) : (
              <Column key={round} decided={inRound(round)} flag={flag}>
                <span>{t('ledger.rounds.round', { round })}</span>
                <span className={css.until}>{t('ledger.rounds.until', { ms: countText(round * roundMs) })}</span>
              </Column>
            ),
          )}
          {hasLate && (
            <Column decided={after} flag={flag}>
              <span>{t('ledger.rounds.late')}</span>
            </Column>
          )}
          <Column decided={hasLate ? null : after} flag={flag}>
            <span>{t('ledger.rounds.commit')}</span>
            <span className={css.until}>{t('ledger.rounds.commitNote')}</span>
          </Column>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.validator.peerId} data-own={row.validator.mine || undefined}>
            <th scope="row" className={css.row}>
              <SlotWho row={row} />
            </th>
            {row.rounds.map((marks, index) => (
              <Cell
                // A round has no other name than its number.
                // oxlint-disable-next-line react/no-array-index-key
                key={index}
                marks={marks}
                decided={inRound(index + 1)}
                isIdle={index + 1 >= idleFrom}
              />
            ))}
            {hasLate && <Cell marks={row.late} decided={after} />}
            <Cell marks={row.commits} decided={hasLate ? null : after} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type At = Grid['decided']

function Column({ decided, flag, children }: { decided: At; flag: string; children: ReactNode }): ReactNode {
  return (
    <th scope="col" className={css.column} data-decided={decided !== null || undefined} style={lineAt(decided)}>
      {children}
      {decided !== null && <span className={cx(css.flag, decided.share > 0.5 && css.before)}>{flag}</span>}
    </th>
  )
}

function lineAt(decided: At): { '--at'?: string } {
  return decided === null ? {} : { '--at': `${decided.share * 100}%` }
}

function Cell({ marks, decided, isIdle = false }: { marks: readonly GridMark[]; decided: At; isIdle?: boolean }): ReactNode {
  const { t } = useTranslation()
  return (
    <td className={cx(css.cell, isIdle && css.idle)} data-decided={decided !== null || undefined} style={lineAt(decided)}>
      {marks.length === 0 && (
        <>
          {!isIdle && (
            <span className={css.none} aria-hidden="true">
              ·
            </span>
          )}
          <span className="visually-hidden">{t('ledger.rounds.empty')}</span>
        </>
      )}
      {marks.map((mark) => (
        <span
          key={`${mark.letter} ${mark.saying}`}
          className={cx(css.place, (mark.share ?? 0) > 0.5 && css.fromEnd)}
          style={{ '--share': mark.share ?? 0 }}
        >
          <SlotMark mark={mark} />
        </span>
      ))}
    </td>
  )
}
