import type { ReactNode } from 'react'
import css from './NamePage.module.css'

export interface MeterProps {
  label: string
  /** In words; the line says nothing by itself. */
  text: string
  /** In [0, 1]. */
  share: number
  tone?: 'plain' | 'ask' | 'deny'
}

/** How much of something there is, as a line beside its words. */
export function Meter({ label, text, share, tone = 'plain' }: MeterProps): ReactNode {
  return (
    <>
      <meter className="visually-hidden" aria-label={label} min={0} max={1} value={share} aria-valuetext={text} />
      <span className={css.meter} aria-hidden="true">
        <span className={css.fill} data-tone={tone} style={{ '--share': String(share) }} />
      </span>
    </>
  )
}
