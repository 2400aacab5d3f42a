import { useId, type ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Choices.module.css'

export interface ChoicesProps<Value extends string> {
  legend: string
  /** The legend is said, not shown: where the place explains it. */
  hideLegend?: boolean
  value: Value
  /** `note`: what follows from it, in one sentence. */
  options: readonly { value: Value; label: string; note?: string }[]
  /** One under another, or beside each other where they are short. */
  columns?: 1 | 2 | 3
  onChange: (value: Value) => void
}

/** One of several, all in sight, under the question they answer: a group of radio buttons. */
export function Choices<Value extends string>(props: ChoicesProps<Value>): ReactNode {
  const { legend, hideLegend = false, value, options, columns = 1, onChange } = props
  const name = useId()
  return (
    <fieldset className={css.group}>
      <legend className={hideLegend ? 'visually-hidden' : css.legend}>{legend}</legend>
      <div className={cx(css.options, columns === 2 && css.two, columns === 3 && css.three)}>
        {options.map((option) => (
          <label key={option.value} className={cx(css.option, option.note !== undefined && css.noted)}>
            <input
              type="radio"
              name={name}
              className={css.input}
              checked={option.value === value}
              aria-describedby={option.note === undefined ? undefined : `${name}-${option.value}`}
              onChange={() => onChange(option.value)}
            />
            <span>
              {option.label}
              {option.note !== undefined && (
                <span id={`${name}-${option.value}`} className={css.note}>
                  {option.note}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
