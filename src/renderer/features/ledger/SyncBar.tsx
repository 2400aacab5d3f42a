import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncState } from '../../../shared/model/consensus.ts'
import css from './SyncBar.module.css'

export type CatchingUp = Extract<SyncState, { state: 'catching-up' }>

/** How much of the chain is here, while this device catches up. `short`: where there is one line for it. */
export function SyncBar({ sync, short = false }: { sync: CatchingUp; short?: boolean }): ReactNode {
  const { t } = useTranslation()
  const { height, target, step, from } = sync
  const progress = t('ledger.sync.progress', { height: Math.min(height, target), target })
  return (
    <span className={css.sync}>
      <progress
        className={css.track}
        aria-label={t(`ledger.sync.${step}`)}
        aria-valuetext={progress}
        value={Math.min(height, target)}
        max={target}
      />
      <span className={css.words}>
        {short ? progress : `${t(`ledger.sync.${step}`)} · ${progress} · ${t('ledger.sync.from', { count: from.length })}`}
      </span>
    </span>
  )
}
