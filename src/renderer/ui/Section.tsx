import type { ReactNode } from 'react'
import css from './Section.module.css'

/** The scrolling middle of a pane that is read rather than listed. */
export function Page({ children }: { children: ReactNode }): ReactNode {
  return (
    <div className={css.scroll}>
      <div className={css.page}>{children}</div>
    </div>
  )
}

export interface SectionProps {
  title: string
  /** One line under the title: why this is here. */
  note?: string
  action?: ReactNode
  children: ReactNode
}

/** A titled part of a page; parts are told apart by space and a hairline, not by boxes. */
export function Section({ title, note, action, children }: SectionProps): ReactNode {
  return (
    <section className={css.section}>
      <header className={css.head}>
        <div>
          <h2 className={css.title}>{title}</h2>
          {note !== undefined && <p className={css.note}>{note}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  )
}

/** Names and values, one line each. */
export function Facts({ facts }: { facts: readonly { name: string; value: ReactNode }[] }): ReactNode {
  return (
    <dl className={css.facts}>
      {facts.map(({ name, value }) => (
        <div key={name} className={css.fact}>
          <dt className={css.name}>{name}</dt>
          <dd className={css.value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
