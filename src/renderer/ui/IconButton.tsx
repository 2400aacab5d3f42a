import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './IconButton.module.css'
import { Tooltip } from './Tooltip.tsx'

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What it does, in words: its tooltip and its accessible name. */
  label: string
  icon: ReactNode
  shortcut?: string
  side?: 'top' | 'right' | 'bottom' | 'left'
}

export function IconButton({ label, icon, shortcut, side = 'bottom', className, ...rest }: IconButtonProps): ReactNode {
  return (
    <Tooltip text={label} side={side} {...(shortcut === undefined ? {} : { shortcut })}>
      <button type="button" {...rest} aria-label={label} className={cx(css.button, className)}>
        {icon}
      </button>
    </Tooltip>
  )
}

/** The look of an icon button, for a link that goes somewhere. */
export const iconButton = css.button
