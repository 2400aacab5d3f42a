import { Popover as Base } from '@base-ui/react/popover'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Floating.module.css'
import { Floats } from './floats.ts'

export interface PointPopoverProps {
  /** What it opens beside: an element, or a point of the window. */
  anchor: Element | { getBoundingClientRect: () => DOMRect }
  title: string
  side?: 'top' | 'bottom'
  /** With little room around what it holds. */
  tight?: boolean
  onClose: () => void
  children: ReactNode
}

/** A popover that is there while it is drawn, for one of very many triggers. */
export function PointPopover({ anchor, title, side = 'bottom', tight = false, onClose, children }: PointPopoverProps): ReactNode {
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} align="start" sideOffset={6} collisionPadding={8} className={css.positioner}>
          <Base.Popup className={cx(css.popup, css.popover, tight && css.tight)}>
            <Floats />
            <Base.Title className="visually-hidden">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
