import { useId, type ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Switch.module.css'

export interface SwitchProps {
  label: string
  hint?: string
  /** The label is said, not shown: for a row that names what is switched. */
  hideLabel?: boolean
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
}

export function Switch({ label, hint, hideLabel = false, checked, disabled, onChange }: SwitchProps): ReactNode {
  const id = useId()
  return (
    <div className={css.row}>
      <div className={cx(css.words, hideLabel && 'visually-hidden')}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className={css.hint}>
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={css.switch}
        checked={checked}
        aria-checked={checked}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  )
}
