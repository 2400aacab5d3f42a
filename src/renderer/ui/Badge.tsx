import type { ReactNode } from 'react'
import css from './Badge.module.css'
import { cx } from './cx.ts'

export interface BadgeProps {
  count: number
  /** What is counted, in words. */
  label: string
  tone?: 'accent' | 'soft'
}

/** A count; above 99 the exact number helps nobody. */
export function Badge({ count, label, tone = 'accent' }: BadgeProps): ReactNode {
  if (count === 0) return null
  return (
    <span className={cx(css.badge, css[tone])}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
