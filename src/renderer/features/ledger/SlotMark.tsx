import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GridMark } from './rounds-view.ts'
import css from './SlotGrid.module.css'
import { msText } from './times.ts'
import { ValueMark } from './ValueMark.tsx'

const sayings = { first: 'markFirst', second: 'markSecond', commit: 'markCommit' } as const

/** One signature: of which block, and when. */
export function SlotMark({ mark: { letter, saying, offsetMs } }: { mark: GridMark }): ReactNode {
  const { t } = useTranslation()
  const ms = msText(offsetMs)
  const words = t(`ledger.rounds.${sayings[saying]}`, { value: t('ledger.rounds.value', { letter }), ms })
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
