import type { ReactNode } from 'react'
import { cx } from '../../ui/cx.ts'
import type { GridMark, Letter } from './rounds-view.ts'
import css from './ValueMark.module.css'

/** The sign of a block in a slot: a letter in a shape of its own. Hollow: it was the second one that somebody saw. */
export function ValueMark({ letter, saying = 'first' }: { letter: Letter; saying?: GridMark['saying'] }): ReactNode {
  return (
    <span className={cx(css.mark, css[letter], saying === 'second' && css.second)} aria-hidden="true">
      <span>{letter}</span>
    </span>
  )
}
