import type { ReactNode } from 'react'
import css from './Gauge.module.css'

/** A thin line, as long as what is left. The words beside it say the same. */
export function GaugeLine({ share, short = false }: { share: number; short?: boolean }): ReactNode {
  return (
    <span className={short ? css.short : css.line} aria-hidden="true">
      <span className={css.left} style={{ scale: `${share} 1` }} />
    </span>
  )
}
