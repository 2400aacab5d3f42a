import type { ComponentProps, ReactNode } from 'react'
import css from './Button.module.css'
import { cx } from './cx.ts'

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: one per screen. `strong`: the easy answer of a question. `quiet`: no frame until it is pointed at. */
  tone?: 'primary' | 'strong' | 'plain' | 'quiet' | 'danger'
  size?: 'normal' | 'small'
  icon?: ReactNode
  /** Under way: the button keeps its width and says so to assistive technology. */
  busy?: boolean
}

export function Button({
  tone = 'plain',
  size = 'normal',
  icon,
  busy = false,
  className,
  children,
  type = 'button',
  disabled,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      className={cx(css.button, css[tone], size === 'small' && css.small, className)}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
    >
      {icon}
      {children}
    </button>
  )
}
