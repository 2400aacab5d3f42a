import { Menu as Base } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Floating.module.css'
import { Floats } from './floats.ts'
import { MenuGroups, type MenuItem } from './Menu.tsx'

export interface PointMenuProps {
  /** What it opens beside: an element, or a point of the window. */
  anchor: Element | { getBoundingClientRect: () => DOMRect }
  label: string
  groups: readonly (readonly MenuItem[])[]
  onClose: () => void
}

/** A menu that is there while it is drawn: for what is asked for with the other button, or by one of very many triggers. */
export function PointMenu({ anchor, label, groups, onClose }: PointMenuProps): ReactNode {
  return (
    <Base.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} side="bottom" align="start" sideOffset={2} className={css.positioner}>
          <Base.Popup className={cx(css.popup, css.menu)} aria-label={label}>
            <Floats />
            <MenuGroups groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** A point of the window, where a menu opens that was asked for there. */
export function pointAt(x: number, y: number): { getBoundingClientRect: () => DOMRect } {
  return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }
}

/** Where an element is now: what floats beside it stays there when the element goes, as one does that is there only while it is pointed at. */
export function placeOf(element: { getBoundingClientRect: () => DOMRect }): { getBoundingClientRect: () => DOMRect } {
  const place = element.getBoundingClientRect()
  return { getBoundingClientRect: () => place }
}
