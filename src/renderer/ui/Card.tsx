import type { ComponentProps, ReactNode } from 'react'
import css from './Card.module.css'
import { cx } from './cx.ts'

export interface CardProps extends ComponentProps<'section'> {
  /** Something that floats over a screen casts a shadow; nothing else does. */
  floating?: boolean
}

export function Card({ floating = false, className, ...rest }: CardProps): ReactNode {
  return <section {...rest} className={cx(css.card, floating && css.floating, className)} />
}
