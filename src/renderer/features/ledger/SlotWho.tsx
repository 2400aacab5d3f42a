import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GridRow } from './rounds-view.ts'
import css from './SlotGrid.module.css'
import { useLedgerNames } from './use-names.ts'

/** Whose row of a slot it is. */
export function SlotWho({ row: { validator, isLeader } }: { row: GridRow }): ReactNode {
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
