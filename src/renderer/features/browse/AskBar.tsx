import { useId, type ReactNode } from 'react'
import css from './AskBar.module.css'

export interface AskBarProps {
  icon: ReactNode
  /** One sentence: who wants what. */
  says: ReactNode
  /** What follows from it. */
  text?: ReactNode
  /** The safe answer first. */
  children: ReactNode
}

/** A question of Latch's own, above the page and never over it. */
export function AskBar({ icon, says, text, children }: AskBarProps): ReactNode {
  const id = useId()
  return (
    <section className={css.bar} aria-labelledby={id}>
      <span className={css.icon} aria-hidden="true">
        {icon}
      </span>
      <div className={css.words}>
        <output className={css.says}>
          <span id={id}>{says}</span>
        </output>
        {text !== undefined && <p className={css.text}>{text}</p>}
      </div>
      <div className={css.answers}>{children}</div>
    </section>
  )
}
