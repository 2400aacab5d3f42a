import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNow } from './use-now.ts'
import { fullWhen, shortWhen } from './when.ts'

/** A time said relative to now, with the whole of it on demand. `ago`: as a part of a sentence, "5 min ago". */
export function Time({ atMs, form = 'short' }: { atMs: number; form?: 'short' | 'ago' }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(15_000)
  const words = {
    now: form === 'ago' ? t('time.justNow') : t('time.now'),
    minutes: (count: number) => t(form === 'ago' ? 'time.minutesAgo' : 'time.minutes', { count }),
    yesterday: t(form === 'ago' ? 'time.yesterdayAgo' : 'time.yesterday'),
  }
  return (
    <time dateTime={new Date(atMs).toISOString()} title={fullWhen(atMs)}>
      {shortWhen(atMs, nowMs, words)}
    </time>
  )
}
