import { CircleCheck, CircleOff, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import css from './Dns.module.css'

const icons = { on: CircleCheck, off: CircleOff, failed: TriangleAlert } as const

export interface ServiceStateProps {
  state: keyof typeof icons
  /** Between the switch and the socket there is a moment in which neither is wrong. */
  isOnTheWay: boolean
  said: string
  /** Why it does not run, and what to do. */
  why: string
}

/** Whether something that listens at a port does so now, where, or why it does not. */
export function ServiceState({ state, isOnTheWay, said, why }: ServiceStateProps): ReactNode {
  const Icon = icons[state]
  return (
    <output className={css.state} data-state={state}>
      <Icon aria-hidden="true" />
      <span>
        <span className={css.said}>{said}</span>
        {state === 'failed' && !isOnTheWay && <span className={css.why}>{why}</span>}
      </span>
    </output>
  )
}
