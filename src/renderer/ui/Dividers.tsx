import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Dividers.module.css'
import { useNow } from './use-now.ts'
import { dayName } from './when.ts'

/** Between what was said on one day and on the next. */
export function Day({ atMs }: { atMs: number }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  return <h2 className={css.day}>{dayName(atMs, nowMs, { today: t('time.today'), yesterday: t('time.yesterday') })}</h2>
}

/** Above the first that was not read yet. */
export function NewBelow({ children }: { children: ReactNode }): ReactNode {
  return (
    <p className={css.new}>
      <span>{children}</span>
    </p>
  )
}
