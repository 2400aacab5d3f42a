import type { ReactNode } from 'react'
import css from './Badge.module.css'
import { cx } from './cx.ts'

/** A count. `label` says what is counted; above 99 the exact number helps nobody. */
export function Badge({ count, label, tone = 'accent' }: { count: number; label: string; tone?: 'accent' | 'soft' }): ReactNode {
  if (count === 0) return null
  return (
    <span className={cx(css.badge, css[tone])}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
