import type { ReactNode } from 'react'
import type { Reachability } from '../../shared/model/peers.ts'
import { cx } from './cx.ts'
import css from './Lamp.module.css'

/** How this device can be reached, as a lamp: lit, half lit, a glow inside a ring, or dark. The shape says it. */
export function Lamp({ lamp, size = 20 }: { lamp: Reachability['lamp']; size?: number }): ReactNode {
  return (
    <svg className={cx(css.lamp, css[lamp])} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {lamp === 'direct' && <circle cx="10" cy="10" r="9" className={css.halo} />}
      <circle cx="10" cy="10" r="5.25" className={css.ring} />
      {lamp === 'direct' && <circle cx="10" cy="10" r="5.25" className={css.light} />}
      {lamp === 'relayed' && <path d="M10 4.75a5.25 5.25 0 0 0 0 10.5z" className={css.light} />}
      {lamp === 'lan' && <circle cx="10" cy="10" r="2.25" className={css.light} />}
      {lamp === 'offline' && <path d="M4.5 15.5l11-11" className={css.ring} />}
    </svg>
  )
}
