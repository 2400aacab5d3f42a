import type { ReactNode } from 'react'
import css from './Entries.module.css'

/** Things with a name, one below the other, each with room for what is to be said of it. */
export function Entries<Item>({ label, items, keyOf, render }: EntriesProps<Item>): ReactNode {
  return (
    <ul className={css.list} aria-label={label}>
      {items.map((item) => (
        <li key={keyOf(item)}>{render(item)}</li>
      ))}
    </ul>
  )
}

export interface EntriesProps<Item> {
  /** What they are. */
  label: string
  items: readonly Item[]
  keyOf: (item: Item) => string
  render: (item: Item) => ReactNode
}

export interface EntryProps {
  name: string
  /** A few words beside the name, or below where there is no room. */
  beside: ReactNode
  actions: ReactNode
  children: ReactNode
}

/** One of `Entries`: its name, what can be done with it, and all else below. */
export function Entry({ name, beside, actions, children }: EntryProps): ReactNode {
  return (
    <article className={css.entry} aria-label={name}>
      <header className={css.head}>
        <div className={css.title}>
          <h2 className={css.name}>
            <bdi>{name}</bdi>
          </h2>
          {beside}
        </div>
        <div className={css.actions}>{actions}</div>
      </header>
      {children}
    </article>
  )
}
