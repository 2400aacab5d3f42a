import type { ReactNode } from 'react'
import type { Quorum } from '../../../shared/model/consensus.ts'
import { cx } from '../../ui/cx.ts'
import css from './QuorumLamp.module.css'

/** Whether blocks can be decided, as a lamp: three of three, one alone, two or one of three, or an eye that looks on. */
export function QuorumLamp({ lamp, size = 20 }: { lamp: Quorum['lamp']; size?: number }): ReactNode {
  const lit = lamp === 'waits' ? 1 : lamp === 'unsure' ? 2 : 3
  return (
    <svg className={cx(css.lamp, css[lamp])} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {lamp === 'decides' && <circle cx="10" cy="10" r="9" className={css.halo} />}
      {lamp === 'alone' && <circle cx="10" cy="10" r="9" className={css.halo} />}
      {lamp === 'alone' ? (
        <circle cx="10" cy="10" r="4.5" className={css.light} />
      ) : lamp === 'follows' ? (
        <>
          <path d="M2.75 10C4.5 6.75 7 5.25 10 5.25S15.500 6.75 17.25 10C15.500 13.250 13 14.75 10 14.75S4.5 13.250 2.75 10z" className={css.ring} />
          <circle cx="10" cy="10" r="2.25" className={css.light} />
        </>
      ) : (
        [
          [10, 6],
          [6.25, 12.5],
          [13.75, 12.5],
        ].map(([x, y], index) => (
          <circle
            key={x}
            cx={x}
            cy={y}
            r={index < lit ? 2.75 : 2.25}
            className={index < lit ? css.light : css.ring}
          />
        ))
      )}
    </svg>
  )
}
