import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/Button.tsx'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { TextField } from '../../../ui/Field.tsx'
import type { Jump } from '../use-jump.ts'
import css from './Details.module.css'

/** Goes to what was said on a day, or to the first that was said after it. */
export function ToDate({ jump }: { jump: Jump }): ReactNode {
  const { t } = useTranslation()
  const [day, setDay] = useState('')
  const atMs = day === '' ? Number.NaN : new Date(`${day}T00:00`).getTime()
  return (
    <form
      className={css.part}
      onSubmit={(event) => {
        event.preventDefault()
        if (Number.isFinite(atMs)) void jump.toDate.run(Math.max(0, atMs))
      }}
    >
      <div className={css.line}>
        <TextField type="date" label={t('chats.toDate.label')} value={day} onChange={(event) => setDay(event.target.value)} />
        <Button type="submit" disabled={!Number.isFinite(atMs)} busy={jump.toDate.busy}>
          {t('chats.toDate.go')}
        </Button>
      </div>
      {jump.toDate.failure !== null && <FailureNote failure={jump.toDate.failure} onDismiss={jump.toDate.dismiss} />}
    </form>
  )
}
