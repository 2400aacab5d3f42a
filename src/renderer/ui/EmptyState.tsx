import type { ReactNode } from 'react'
import css from './EmptyState.module.css'

export interface EmptyStateProps {
  icon: ReactNode
  title: string
  /** What this place is for and what to do next. */
  text: string
  action?: ReactNode
}

export function EmptyState({ icon, title, text, action }: EmptyStateProps): ReactNode {
  return (
    <div className={css.empty}>
      <span className={css.icon}>{icon}</span>
      <h2 className={css.title}>{title}</h2>
      <p className={css.text}>{text}</p>
      {action !== undefined && <div className={css.action}>{action}</div>}
    </div>
  )
}
