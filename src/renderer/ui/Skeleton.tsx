import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Skeleton.module.css'

export interface SkeletonProps {
  /** What is being loaded, for those who do not see the grey lines. */
  label: string
  rows?: number
  look?: 'rows' | 'messages' | 'cards'
}

/** The shape of what is coming. It appears after 150 ms, so that what is quick never flickers. */
export function Skeleton({ label, rows = 6, look = 'rows' }: SkeletonProps): ReactNode {
  return (
    <output className={cx(css.skeleton, css[look])}>
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className={css.row} aria-hidden="true">
          <span className={css.picture} />
          <span className={css.lines}>
            <span className={css.line} />
            <span className={css.line} />
          </span>
        </span>
      ))}
    </output>
  )
}
