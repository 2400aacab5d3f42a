import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Row.module.css'

export interface RowProps {
  leading?: ReactNode
  title: ReactNode
  /** Beside the title, at the end of its line: a time. */
  meta?: ReactNode
  /** The second line. */
  detail?: ReactNode
  /** At the end of the second line, or of the row where there is one line: a count, a switch. */
  trailing?: ReactNode
  className?: string | undefined
}

/** What a row of any list shows. The list puts it into a link, a button or a plain item. */
export function Row({ leading, title, meta, detail, trailing, className }: RowProps): ReactNode {
  return (
    <span className={cx(css.row, className)}>
      {leading !== undefined && <span className={css.leading}>{leading}</span>}
      <span className={css.words}>
        <span className={css.line}>
          <span className={css.title}>{title}</span>
          {meta !== undefined && <span className={css.meta}>{meta}</span>}
          {detail === undefined && trailing}
        </span>
        {detail !== undefined && (
          <span className={css.line}>
            <span className={css.detail}>{detail}</span>
            {trailing}
          </span>
        )}
      </span>
    </span>
  )
}

/** The class of whatever makes a row react to the pointer: a link, a button, an option. */
export const rowAction = css.action
