import { SendHorizontal } from 'lucide-react'
import { useEffect, useId, useRef, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import css from './Compose.module.css'
import { sends } from './enter.ts'

export interface ComposeProps {
  /** To whom it goes: what is said of the field, and shown in it while it is empty. */
  label: string
  sendLabel: string
  text: string
  onText: (text: string) => void
  /** There is something to send, it fits, and there is a way to send it. */
  canSend: boolean
  onSend: () => void
  /** Else it begins a line, and Ctrl or ⌘ with it sends. */
  enterSends: boolean
  /** How much still fits, or is too much; null while the limit is far. */
  limit: { text: string; over: boolean } | null
  /** Above the field: what should be known before one writes, or why it was not sent. */
  children?: ReactNode
}

/** Where one writes: Enter sends unless it was chosen to begin a line, and Esc loses nothing. */
export function Compose(props: ComposeProps): ReactNode {
  const { label, sendLabel, text, onText, canSend, onSend, enterSends, limit, children } = props
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)

  // It is opened to be written in; on a touch screen that would raise the keyboard unasked.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true })
  }, [])

  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault()
    if (canSend) onSend()
  }

  return (
    <form className={css.composer} onSubmit={submit}>
      {children}
      <div className={css.row}>
        <textarea
          ref={field}
          className={css.field}
          rows={1}
          dir="auto"
          aria-label={label}
          placeholder={label}
          aria-describedby={limit === null ? undefined : id}
          aria-invalid={limit?.over === true || undefined}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => {
            if (sends(event, enterSends) && !event.nativeEvent.isComposing) submit(event)
          }}
        />
        <button type="submit" className={css.send} disabled={!canSend} aria-label={sendLabel}>
          <SendHorizontal />
        </button>
      </div>
      {limit !== null && (
        <p id={id} className={limit.over ? css.over : css.left} role={limit.over ? 'alert' : undefined}>
          {limit.text}
        </p>
      )}
    </form>
  )
}

const encoder = new TextEncoder()

/** Bytes of `max` that still fit; below zero the text is too long. */
export function bytesLeft(text: string, max: number): number {
  return max - encoder.encode(text).byteLength
}
