import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { cx } from './cx.ts'
import css from './Dialog.module.css'
import { Floats } from './floats.ts'
import buttonCss from './IconButton.module.css'

export interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  /** The accessible name of the closing button. */
  closeLabel: string
  description?: string
  width?: 'narrow' | 'wide'
  /** Top of the window, for what is typed into at once; the middle otherwise. */
  place?: 'middle' | 'top'
  /** The title is said, not shown: for a dialog whose first field explains it. */
  bare?: boolean
  initialFocus?: RefObject<HTMLElement | null>
  /** Where the focus goes when it closes: true for where it was before; false leaves it where it is by then. */
  finalFocus?: () => HTMLElement | boolean | null
  footer?: ReactNode
  children: ReactNode
}

export function Dialog(props: DialogProps): ReactNode {
  const { open, onClose, title, closeLabel, description, width = 'narrow', place = 'middle', bare = false } = props
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={css.backdrop} />
        <Base.Popup
          className={cx(css.popup, css[width], css[place])}
          {...(props.initialFocus === undefined ? {} : { initialFocus: props.initialFocus })}
          {...(props.finalFocus === undefined ? {} : { finalFocus: props.finalFocus })}
        >
          <Floats />
          {bare ? (
            <Base.Title className="visually-hidden">{title}</Base.Title>
          ) : (
            <header className={css.header}>
              <Base.Title className={css.title}>{title}</Base.Title>
              <Base.Close className={buttonCss.button} aria-label={closeLabel}>
                <X />
              </Base.Close>
            </header>
          )}
          {description !== undefined && <Base.Description className={css.description}>{description}</Base.Description>}
          <div className={bare ? css.bareBody : css.body}>{props.children}</div>
          {props.footer !== undefined && <footer className={css.footer}>{props.footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
