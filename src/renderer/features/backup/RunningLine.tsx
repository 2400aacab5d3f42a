import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupStatus } from '../../../shared/model/backup.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Progress } from '../../ui/Progress.tsx'

/** How far the backup is that is being made. */
export function RunningLine({ running: { doneBytes, totalBytes } }: { running: NonNullable<BackupStatus['running']> }): ReactNode {
  const { t } = useTranslation()
  const isKnown = totalBytes > 0
  const words = isKnown ? t('backup.runningOf', { done: sizeText(doneBytes), total: sizeText(totalBytes) }) : t('backup.running')
  return <Progress label={t('backup.running')} text={words} value={isKnown ? doneBytes / totalBytes : null} words={words} />
}
