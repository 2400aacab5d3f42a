import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { shortMs } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import type { Grid, GridMark, GridRow } from './rounds-view.ts'
import css from './SlotGrid.module.css'
import { useLedgerNames } from './use-names.ts'
import { ValueMark } from './ValueMark.tsx'

export interface SlotGridProps {
  grid: Grid
  roundMs: number
}

/** Validators down, rounds across; each mark where and when somebody signed. Drawn as a list where there is no room. */
export function SlotGrid(props: SlotGridProps): ReactNode {
  return (
    <div className={cx(css.room, props.grid.rounds > 3 && css.many)}>
      <Table {...props} />
      <List {...props} />
    </div>
  )
}

function Table({ grid, roundMs }: SlotGridProps): ReactNode {
  const { t } = useTranslation()
  const { rounds, rows, hasLate, decided } = grid
  const numbers = Array.from({ length: rounds }, (_, index) => index + 1)
  const isAfter = decided !== null && decided.round > rounds
  return (
    <table className={css.grid} aria-label={t('ledger.rounds.grid')}>
      <thead>
        <tr>
          <th scope="col" className={css.corner}>
            {t('ledger.rounds.validator')}
          </th>
          {numbers.map((round) => (
            <Column key={round} decided={decided?.round === round ? decided : null}>
              {t('ledger.rounds.round', { round })}
              <span className={css.until}>{t('ledger.rounds.until', { ms: (round * roundMs).toLocaleString() })}</span>
            </Column>
          ))}
          {hasLate && (
            <Column decided={isAfter ? decided : null}>
              {t('ledger.rounds.late')}
            </Column>
          )}
          <Column decided={isAfter && !hasLate ? decided : null}>
            {t('ledger.rounds.commit')}
            <span className={css.until}>{t('ledger.rounds.commitNote')}</span>
          </Column>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.validator.peerId} data-own={row.validator.mine || undefined}>
            <th scope="row" className={css.row}>
              <Who row={row} />
            </th>
            {row.rounds.map((marks, index) => (
              <Cell
                // A round has no other name than its number.
                // oxlint-disable-next-line react/no-array-index-key
                key={index}
                marks={marks}
                decided={decided?.round === index + 1 ? decided : null}
                isTimed
              />
            ))}
            {hasLate && <Cell marks={row.late} decided={isAfter ? decided : null} />}
            <Cell marks={row.commits} decided={isAfter && !hasLate ? decided : null} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Who({ row: { validator, isLeader } }: { row: GridRow }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const name = validator.mine && validator.label !== '' ? validator.label : names.validator(validator)
  const notes = [validator.mine && t('ledger.rounds.you'), isLeader && t('ledger.rounds.leads')].filter(Boolean)
  return (
    <>
      <bdi className={css.name}>{name}</bdi>
      {notes.length > 0 && <span className={css.note}>{notes.join(' · ')}</span>}
    </>
  )
}

type At = Grid['decided']

function Column({ decided, children }: { decided: At; children: ReactNode }): ReactNode {
  const { t } = useTranslation()
  return (
    <th scope="col" className={css.column} data-decided={decided !== null || undefined} style={lineAt(decided)}>
      {children}
      {decided !== null && (
        <span className={cx(css.flag, decided.share > 0.5 && css.before)}>
          {t('ledger.rounds.decided', { ms: shortMs(decided.offsetMs) })}
        </span>
      )}
    </th>
  )
}

function lineAt(decided: At): { '--at'?: string } {
  return decided === null ? {} : { '--at': `${decided.share * 100}%` }
}

function Cell({ marks, decided, isTimed = false }: { marks: readonly GridMark[]; decided: At; isTimed?: boolean }): ReactNode {
  const { t } = useTranslation()
  return (
    <td className={css.cell} data-decided={decided !== null || undefined} style={lineAt(decided)}>
      {marks.length === 0 && (
        <>
          <span className={css.none} aria-hidden="true">
            ·
          </span>
          <span className="visually-hidden">{t('ledger.rounds.empty')}</span>
        </>
      )}
      {marks.map((mark) => (
        <Mark key={`${mark.letter} ${mark.saying}`} mark={mark} />
      ))}
      {isTimed && (
        <span className={css.time} aria-hidden="true">
          {marks.map(({ letter, share }) =>
            share === null ? null : <span key={letter} className={css.tick} style={{ insetInlineStart: `${share * 100}%` }} />,
          )}
        </span>
      )}
    </td>
  )
}

function Mark({ mark }: { mark: GridMark }): ReactNode {
  const { t } = useTranslation()
  const { letter, saying, offsetMs } = mark
  const ms = shortMs(offsetMs)
  const key = saying === 'commit' ? 'markCommit' : saying === 'second' ? 'markSecond' : 'markFirst'
  const words = t(`ledger.rounds.${key}`, { value: t('ledger.rounds.value', { letter }), ms })
  return (
    <span className={css.mark} title={words}>
      <ValueMark letter={letter} saying={saying} />
      <span className={css.ms} aria-hidden="true">
        {t('ledger.rounds.ms', { ms })}
      </span>
      <span className="visually-hidden">{words}</span>
    </span>
  )
}

function List({ grid }: SlotGridProps): ReactNode {
  const { t } = useTranslation()
  return (
    <ul className={css.list} aria-label={t('ledger.rounds.grid')}>
      {grid.rows.map((row) => {
        const groups = [
          ...row.rounds.map((marks, index) => ({ name: t('ledger.rounds.round', { round: index + 1 }), marks })),
          { name: t('ledger.rounds.late'), marks: row.late },
          { name: t('ledger.rounds.commit'), marks: row.commits },
        ].filter(({ marks }) => marks.length > 0)
        return (
          <li key={row.validator.peerId} className={css.item} data-own={row.validator.mine || undefined}>
            <span className={css.itemName}>
              <Who row={row} />
            </span>
            {groups.length === 0 && <span className={css.none}>{t('ledger.rounds.empty')}</span>}
            <span className={css.groups}>
              {groups.map(({ name, marks }) => (
                <span key={name} className={css.group}>
                  <span className={css.groupName}>{name}</span>
                  {marks.map((mark) => (
                    <Mark key={`${mark.letter} ${mark.saying}`} mark={mark} />
                  ))}
                </span>
              ))}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
