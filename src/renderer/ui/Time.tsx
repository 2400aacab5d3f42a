import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from './use-now.ts'
import { fullWhen, shortWhen } from './when.ts'

/** A time said relative to now, with the whole of it on demand. */
export function Time({ atMs, className }: { atMs: number; className?: string | undefined }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(15_000)
  const words = {
    now: t('time.now'),
    minutes: (count: number) => t('time.minutes', { count }),
    yesterday: t('time.yesterday'),
  }
  return (
    <time dateTime={new Date(atMs).toISOString()} title={fullWhen(atMs)} className={className}>
      {shortWhen(atMs, nowMs, words)}
    </time>
  )
}
