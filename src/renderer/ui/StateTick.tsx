import { Check, CheckCheck, Clock3, Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import type { MessageState } from '../../shared/model/chat.ts'
import { cx } from './cx.ts'
import css from './StateTick.module.css'

const icons = { queued: Clock3, held: Inbox, delivered: Check, read: CheckCheck, received: Check } as const

/** Queued, delivered, read: one sign each. The words stand in the accessible name of what holds it. */
export function StateTick({ state }: { state: MessageState }): ReactNode {
  const Icon = icons[state]
  return <Icon className={cx(css.tick, css[state])} aria-hidden="true" />
}
