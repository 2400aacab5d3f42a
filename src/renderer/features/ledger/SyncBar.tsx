import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncState } from '../../../shared/model/consensus.ts'
import { Progress } from '../../ui/Progress.tsx'

export type CatchingUp = Extract<SyncState, { state: 'catching-up' }>

/** How much of the chain is here, while this device catches up. `short`: where there is one line for it. */
export function SyncBar({ sync, short = false }: { sync: CatchingUp; short?: boolean }): ReactNode {
  const { t } = useTranslation()
  const { height, target, step, from } = sync
  const progress = t('ledger.sync.progress', { height: Math.min(height, target), target })
  const label = t(`ledger.sync.${step}`)
  const words = short ? progress : `${label} · ${progress} · ${t('ledger.sync.from', { count: from.length })}`
  return <Progress label={label} text={progress} value={height / Math.max(1, target)} words={words} />
}
