import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Floating.module.css'
import { Floats } from './floats.ts'

export interface MenuItem {
  id: string
  label: string
  /** A second line that says what follows from choosing it. */
  note?: string
  icon?: ReactNode
  /** The key that does the same. */
  shortcut?: string
  tone?: 'plain' | 'danger'
  disabled?: boolean
  onChoose: () => void
}

export interface MenuProps {
  trigger: ReactElement
  /** Groups, drawn with a hairline between them. */
  groups: readonly (readonly MenuItem[])[]
  side?: 'top' | 'bottom'
  align?: 'start' | 'end'
  disabled?: boolean
}

export function Menu({ trigger, groups, side = 'bottom', align = 'end', disabled = false }: MenuProps): ReactNode {
  return (
    <Base.Root modal={false} disabled={disabled}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className={css.positioner}>
          <Base.Popup className={cx(css.popup, css.menu)}>
            <Floats />
            <MenuGroups groups={groups} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** What stands in a menu, whatever opened it. */
export function MenuGroups({ groups }: { groups: readonly (readonly MenuItem[])[] }): ReactNode {
  return groups.map((items, index) => (
    <Base.Group key={items[0]?.id ?? index}>
      {index > 0 && <Base.Separator className={css.rule} />}
      {items.map((item) => (
        <Item key={item.id} {...item} />
      ))}
    </Base.Group>
  ))
}

function Item({ label, note, icon, shortcut, tone, disabled = false, onChoose }: MenuItem): ReactNode {
  return (
    <Base.Item className={cx(css.item, tone === 'danger' && css.danger)} disabled={disabled} onClick={onChoose}>
      {icon}
      <span className={css.words}>
        {label}
        {note !== undefined && <span className={css.note}>{note}</span>}
      </span>
      {shortcut !== undefined && (
        <kbd className={css.shortcut} aria-hidden="true">
          {shortcut}
        </kbd>
      )}
    </Base.Item>
  )
}
