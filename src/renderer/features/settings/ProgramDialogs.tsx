import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { AppId, AppTitle, type App } from '../../../shared/model/apps.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './Programs.module.css'
import { TokenDialog, type Told } from './TokenDialog.tsx'

const MAX_ID_CHARACTERS = 63
const MAX_TITLE_CHARACTERS = 64

const isTaken = (failure: Failure | null): boolean => failure?.code === 'CONFLICT'

/** What a call gave that is told once, with where it can be used. */
function useTold(call: () => Promise<{ app: App; token: string }>) {
  const client = useClient()
  const [told, setTold] = useState<Told | null>(null)
  const tell = useCall(async () => {
    const { app, token } = await call()
    // The example does without an address where the node serves none, or does not say.
    const { url } = await client.node.access().catch(() => ({ url: null }))
    setTold({ app, token, url })
  })
  return { told, ...tell }
}

/** Registers a program under the id that it has with others, too. */
export function AddProgram({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [id, setId] = useState('')
  const [title, setTitle] = useState('')
  const appId = AppId.safeParse(id.trim())
  const appTitle = title.trim() === '' ? null : AppTitle.safeParse(title)
  const ready = appId.success && appTitle?.success !== false
  const { told, run, busy, failure, dismiss } = useTold(() =>
    client.apps.register({
      id: AppId.parse(id.trim()),
      ...(appTitle?.success === true ? { title: appTitle.data } : {}),
    }),
  )
  if (told !== null) return <TokenDialog told={told} onClose={onClose} />

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.programs.add')}
      description={t('settings.programs.addText')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" form="program" busy={busy} disabled={!ready}>
            {t('settings.programs.register')}
          </Button>
        </>
      }
    >
      <form
        id="program"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void run()
        }}
      >
        <TextField
          label={t('settings.programs.id')}
          hint={t('settings.programs.idHint')}
          error={
            isTaken(failure)
              ? t('settings.programs.idTaken')
              : id.trim() === '' || appId.success
                ? null
                : t('settings.programs.idWrong')
          }
          value={id}
          maxLength={MAX_ID_CHARACTERS}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => {
            dismiss()
            setId(event.target.value)
          }}
        />
        <TextField
          label={t('settings.programs.name')}
          hint={t('settings.programs.nameHint')}
          error={appTitle?.success === false ? t('settings.programs.nameWrong') : null}
          value={title}
          maxLength={MAX_TITLE_CHARACTERS}
          autoComplete="off"
          onChange={(event) => setTitle(event.target.value)}
        />
        {failure !== null && !isTaken(failure) && (
          <FailureNote failure={failure} kept={t('settings.programs.kept')} onDismiss={dismiss} />
        )}
      </form>
    </Dialog>
  )
}

/** A new token for a program whose token was lost, or seen by others. */
export function RenewProgram({ app, onClose }: { app: App; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { told, run, busy, failure, dismiss } = useTold(() => client.apps.renew({ id: app.id }))
  if (told !== null) return <TokenDialog told={told} onClose={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.programs.renewTitle', { title: app.title })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" busy={busy} onClick={() => void run()}>
            {t('settings.programs.renew')}
          </Button>
        </>
      }
    >
      <p className={css.soft}>{t('settings.programs.renewText')}</p>
      {failure !== null && <FailureNote failure={failure} onDismiss={dismiss} />}
    </Dialog>
  )
}

export function RemoveProgram({ app, onClose }: { app: App; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const remove = useCall(async () => {
    await client.apps.remove({ id: app.id })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.programs.removeTitle', { title: app.title })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={remove.busy} onClick={() => void remove.run()}>
            {t('settings.programs.remove')}
          </Button>
        </>
      }
    >
      <ul className={css.ends}>
        <li>{t('settings.programs.ends.token')}</li>
        <li>{t('settings.programs.ends.open')}</li>
        <li>{t('settings.programs.ends.others', { id: app.id })}</li>
        <li>{t('settings.programs.ends.rules')}</li>
      </ul>
      {remove.failure !== null && <FailureNote failure={remove.failure} onDismiss={remove.dismiss} />}
    </Dialog>
  )
}
