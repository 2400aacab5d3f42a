import { Hash } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './Dialogs.module.css'
import { LOBBY, readRoomName } from './room-name.ts'
import { useRoom } from './store.ts'
import { useEnter } from './use-enter.ts'

/** Enters a room by its name; one that nobody is in is as good as any. */
export function EnterRoomDialog({ preset, onClose }: { preset: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [typed, setTyped] = useState(preset)
  const read = readRoomName(typed)
  const name = read.is === 'name' ? read.name : null
  const isInside = useRoom(name) !== null
  const enter = useEnter()

  const submit = async (): Promise<void> => {
    if (name === null || enter.busy) return
    if (isInside) navigate(paths.room(name))
    else if ((await enter.run(name)) === null) return
    onClose()
  }
  const like = read.is === 'no-name' ? read.like : null

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('square.dialog.title')}
      description={t('square.dialog.text')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="enter-room" busy={enter.busy} disabled={name === null}>
            {isInside ? t('square.dialog.open') : t('square.dialog.go')}
          </Button>
        </>
      }
    >
      <form
        id="enter-room"
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextField
          label={t('square.dialog.field')}
          placeholder={LOBBY}
          hint={isInside ? t('square.dialog.inside') : t('square.dialog.hint')}
          error={read.is === 'no-name' ? t(`square.dialog.${read.why}`) : null}
          icon={<Hash />}
          value={typed}
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {like !== null && (
          <Button size="small" className={css.like} onClick={() => setTyped(like)}>
            {t('square.dialog.use', { name: like })}
          </Button>
        )}
        {enter.failure !== null && (
          <FailureNote failure={enter.failure} kept={t('square.dialog.kept')} onDismiss={enter.dismiss} />
        )}
      </form>
    </Dialog>
  )
}
