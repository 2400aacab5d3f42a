import { useId, type ComponentProps, type ReactNode } from 'react'
import { cx } from './cx.ts'
import css from './Field.module.css'

interface Described {
  label: string
  /** The label is said, not shown: where the placeholder or the place explains it. */
  hideLabel?: boolean
  hint?: string
  /** What is wrong and what to do; shown instead of the hint. */
  error?: string | null
}

export interface TextFieldProps extends Described, Omit<ComponentProps<'input'>, 'id'> {
  icon?: ReactNode
  /** Beside it: another way to fill it in. */
  beside?: ReactNode
}

export function TextField({ label, hideLabel, hint, error, icon, beside, className, ...rest }: TextFieldProps): ReactNode {
  return (
    <Described label={label} hideLabel={hideLabel ?? false} hint={hint} error={error} className={className}>
      {(described) => (
        <span className={cx(css.frame, icon !== undefined && css.withIcon)}>
          {icon}
          <input {...rest} {...described} className={css.input} />
          {beside}
        </span>
      )}
    </Described>
  )
}

export interface TextAreaProps extends Described, Omit<ComponentProps<'textarea'>, 'id'> {}

export function TextArea({ label, hideLabel, hint, error, className, ...rest }: TextAreaProps): ReactNode {
  return (
    <Described label={label} hideLabel={hideLabel ?? false} hint={hint} error={error} className={className}>
      {(described) => <textarea {...rest} {...described} className={cx(css.input, css.area)} />}
    </Described>
  )
}

export interface SelectProps<Value extends string> extends Described {
  value: Value
  /** Those of one `group` stand together, under its name. */
  options: readonly { value: Value; label: string; group?: string }[]
  onChange: (value: Value) => void
  disabled?: boolean
}

export function Select<Value extends string>(props: SelectProps<Value>): ReactNode {
  const { label, hideLabel, hint, error, value, options, onChange, disabled } = props
  return (
    <Described label={label} hideLabel={hideLabel ?? false} hint={hint} error={error}>
      {(described) => (
        <select
          {...described}
          className={cx(css.input, css.select)}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value)
            if (chosen !== undefined) onChange(chosen.value)
          }}
        >
          {grouped(options).map(({ group, options: of }) =>
            group === undefined ? (
              <Options key={of[0]?.value} of={of} />
            ) : (
              <optgroup key={group} label={group}>
                <Options of={of} />
              </optgroup>
            ),
          )}
        </select>
      )}
    </Described>
  )
}

function Options({ of }: { of: readonly { value: string; label: string }[] }): ReactNode {
  return of.map(({ value, label }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ))
}

/** Neighbours of the same group, in their order. */
function grouped<Option extends { group?: string }>(options: readonly Option[]): { group?: string; options: Option[] }[] {
  const groups: { group?: string; options: Option[] }[] = []
  for (const option of options) {
    const last = groups.at(-1)
    if (last !== undefined && last.group === option.group) last.options.push(option)
    else groups.push({ ...(option.group === undefined ? {} : { group: option.group }), options: [option] })
  }
  return groups
}

interface DescribedProps {
  label: string
  hideLabel: boolean
  hint: string | undefined
  error: string | null | undefined
  className?: string | undefined
  children: (described: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}

function Described({ label, hideLabel, hint, error, className, children }: DescribedProps): ReactNode {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={cx(css.field, className)}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : css.label}>
        {label}
      </label>
      {children({
        id,
        ...(note === undefined ? {} : { 'aria-describedby': `${id}-note` }),
        ...(error == null ? {} : { 'aria-invalid': true }),
      })}
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={error == null ? css.hint : css.error}
          role={error == null ? undefined : 'alert'}
        >
          {note}
        </p>
      )}
    </div>
  )
}
