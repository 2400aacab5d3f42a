import type { ReactNode } from 'react'
import { TextArea } from '../../ui/Field.tsx'

export interface LinkFieldProps {
  label: string
  placeholder: string
  hint?: string
  error: string | null
  value: string
  onChange: (text: string) => void
}

/** A field for what somebody pastes: several lines, as links are long; Enter goes on instead of beginning another. */
export function LinkField({ onChange, ...rest }: LinkFieldProps): ReactNode {
  return (
    <TextArea
      {...rest}
      rows={3}
      spellCheck={false}
      autoComplete="off"
      autoFocus
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        event.currentTarget.form?.requestSubmit()
      }}
    />
  )
}
