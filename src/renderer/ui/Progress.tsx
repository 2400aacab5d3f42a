import type { ReactNode } from 'react'
import css from './Progress.module.css'

export interface ProgressProps {
  /** What goes on. */
  label: string
  /** How far, in words, where the label does not say it. */
  text?: string
  /** In [0, 1]; null: nobody knows yet how much it will be. */
  value: number | null
  /** Shown below the line. */
  words?: string
}

/** How far something is, as a line; the words beside it say the same. */
export function Progress({ label, text, value, words }: ProgressProps): ReactNode {
  const line = (
    <progress
      className={css.track}
      aria-label={label}
      aria-valuetext={text}
      {...(value === null ? {} : { value: Math.min(1, Math.max(0, value)), max: 1 })}
    />
  )
  if (words === undefined) return line
  return (
    <span className={css.both}>
      {line}
      <span className={css.words}>{words}</span>
    </span>
  )
}
