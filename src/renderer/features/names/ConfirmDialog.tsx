import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './NamePage.module.css'

export interface ConfirmDialogProps {
  title: string
  /** What follows from it, one after another. */
  points: readonly string[]
  /** What is typed before it can be done; null: nothing. */
  word: string | null
  keep: string
  go: string
  busy: boolean
  /** What went wrong the last time. */
  children?: ReactNode
  onClose: () => void
  onGo: () => void
}

/** What cannot be taken back is typed first, and the safe answer is the easy one. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactNode {
  const { title, points, word, keep, go, busy, children, onClose, onGo } = props
  const { t } = useTranslation()
  const form = useId()
  const [typed, setTyped] = useState('')
  const isMeant = word === null || typed.trim().toLowerCase() === word.toLowerCase()
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button tone="danger" type="submit" form={form} disabled={!isMeant} busy={busy}>
            {go}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (isMeant) onGo()
        }}
      >
        <ul className={css.points}>
          {points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
        {word !== null && (
          <TextField
            label={t('names.confirm', { name: word })}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {children}
      </form>
    </Dialog>
  )
}
