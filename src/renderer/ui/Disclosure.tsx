import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import css from './Disclosure.module.css'

export interface DisclosureProps {
  title: string
  /** Open at first: where what is inside already says something. */
  startsOpen?: boolean
  children: ReactNode
}

/** What few need, behind its title. */
export function Disclosure({ title, startsOpen = false, children }: DisclosureProps): ReactNode {
  const [open, setOpen] = useState(startsOpen)
  return (
    <details className={css.details} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={css.summary}>
        <ChevronRight />
        {title}
      </summary>
      <div className={css.inside}>{children}</div>
    </details>
  )
}
