import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Floating.module.css'
import { Floats } from './floats.ts'

export interface PopoverProps {
  trigger: ReactElement
  /** The trigger stands in a line of text and is no button element: one would break the line before and after itself. */
  inline?: boolean
  title: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  align?: 'start' | 'center' | 'end'
  /** Where whoever shows it decides whether it opens; it opens by itself otherwise. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
  children: ReactNode
}

export function Popover(props: PopoverProps): ReactNode {
  const { trigger, inline = false, title, side = 'bottom', align = 'start', open, onOpenChange, children } = props
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange: (next: boolean) => onOpenChange(next) })}
    >
      <Base.Trigger render={trigger} nativeButton={!inline} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className={css.positioner}>
          <Base.Popup className={cx(css.popup, css.popover)}>
            <Floats />
            <Base.Title className="visually-hidden">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
