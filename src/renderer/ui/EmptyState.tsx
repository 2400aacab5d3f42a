import type { ReactNode } from 'react'
import css from './EmptyState.module.css'

export interface EmptyStateProps {
  icon: ReactNode
  title: string
  /** What this place is for and what to do next. */
  text: string
  action?: ReactNode
  /** Where it is the whole window, its title is the page's. */
  heading?: 'h1' | 'h2'
}

export function EmptyState({ icon, title, text, action, heading: Heading = 'h2' }: EmptyStateProps): ReactNode {
  return (
    <div className={css.empty}>
      <span className={css.icon}>{icon}</span>
      <Heading className={css.title}>{title}</Heading>
      <p className={css.text}>{text}</p>
      {action !== undefined && <div className={css.action}>{action}</div>}
    </div>
  )
}
