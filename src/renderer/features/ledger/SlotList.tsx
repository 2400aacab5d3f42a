import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Grid } from './rounds-view.ts'
import css from './SlotGrid.module.css'
import { SlotMark } from './SlotMark.tsx'
import { SlotWho } from './SlotWho.tsx'

/** The same as the grid says, a validator after the other. */
export function SlotList({ grid }: { grid: Grid }): ReactNode {
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
              <SlotWho row={row} />
            </span>
            {groups.length === 0 && <span className={css.none}>{t('ledger.rounds.empty')}</span>}
            <span className={css.groups}>
              {groups.map(({ name, marks }) => (
                <span key={name} className={css.group}>
                  <span className={css.groupName}>{name}</span>
                  {marks.map((mark) => (
                    <SlotMark key={`${mark.letter} ${mark.saying}`} mark={mark} />
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
