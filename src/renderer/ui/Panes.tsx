import { ArrowLeft } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { IconButton } from './IconButton.tsx'
import css from './Panes.module.css'

export interface PanesProps {
  list: ReactNode
  children: ReactNode
  /** Which of the two is seen where there is room for one. */
  showing: 'list' | 'content'
  width: { px: number; min: number; max: number; label: string; onChange: (px: number) => void }
}

const KEY_STEP_PX = 4

/** A list and what is chosen in it: side by side, or in turns under 720 px. */
export function Panes({ list, children, showing, width }: PanesProps): ReactNode {
  return (
    <main className={css.panes} data-showing={showing}>
      <div className={css.list} style={{ '--list-width': `${width.px}px` }}>
        {list}
      </div>
      <div className={css.divider}>
        <Handle {...width} />
      </div>
      <div id="content" tabIndex={-1} className={css.content}>
        {children}
      </div>
    </main>
  )
}

/** The line between the two: dragged by the pointer, moved by the arrow keys; a slider to assistive technology. */
function Handle({ px, min, max, label, onChange }: PanesProps['width']): ReactNode {
  const start = useRef<{ x: number; px: number } | null>(null)
  return (
    <input
      type="range"
      className={css.handle}
      aria-label={label}
      min={min}
      max={max}
      step={KEY_STEP_PX}
      value={px}
      onChange={(event) => onChange(Number(event.target.value))}
      // A press would set the value by where on the line it fell.
      onMouseDown={(event) => event.preventDefault()}
      onPointerDown={(event) => {
        start.current = { x: event.clientX, px }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (start.current !== null) onChange(start.current.px + event.clientX - start.current.x)
      }}
      onPointerUp={() => {
        start.current = null
      }}
    />
  )
}

export interface PaneHeaderProps {
  title: ReactNode
  /** Beside the title. */
  leading?: ReactNode
  /** The way back to the list, seen only where the two take turns; `isAlways`: what it leads to is never beside it. */
  back?: { label: string; onBack: () => void; isAlways?: boolean }
  actions?: ReactNode
}

export function PaneHeader({ title, leading, back, actions }: PaneHeaderProps): ReactNode {
  return (
    <header className={css.header}>
      {back !== undefined && (
        <IconButton className={cx(css.back, back.isAlways === true && css.always)} label={back.label} icon={<ArrowLeft />} onClick={back.onBack} />
      )}
      {leading}
      <h1 className={css.title}>{title}</h1>
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </header>
  )
}
