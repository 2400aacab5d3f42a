import { CircleCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupStatus } from '../../../shared/model/backup.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import css from './Backup.module.css'
import { backupName } from './file-name.ts'
import { agreedOn, NewPassphrase, type Typed } from './NewPassphrase.tsx'
import { PathField } from './PathField.tsx'
import { RunningLine } from './RunningLine.tsx'
import { backupStore } from './store.ts'

/** Where to, under which passphrase, how far, and that it is there. */
export function MakeDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const running = backupStore.use(({ state }) => state.running)
  const [path, setPath] = useState('')
  const [suggested] = useState(() => backupName(Date.now()))
  const [typed, setTyped] = useState<Typed>({ passphrase: '', again: '' })
  const [made, setMade] = useState<BackupStatus | null>(null)
  const make = useCall(async (passphrase: string) => setMade(await client.backup.make({ path: path.trim(), passphrase })))
  const passphrase = agreedOn(typed)
  const isReady = path.trim() !== '' && passphrase !== null
  const submit = (): void => {
    if (isReady) void make.run(passphrase)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('backup.dialog.title')}
      closeLabel={t('close')}
      footer={
        made !== null ? (
          <Button tone="primary" onClick={onClose}>
            {t('backup.dialog.finish')}
          </Button>
        ) : make.busy ? (
          <Button onClick={onClose}>{t('backup.dialog.hide')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button tone="primary" disabled={!isReady} onClick={submit}>
              {t('backup.dialog.write')}
            </Button>
          </>
        )
      }
    >
      {made !== null ? (
        <output className={css.done}>
          <CircleCheck aria-hidden="true" />
          <span>
            <strong className={css.strong}>{t('backup.dialog.done')}</strong>
            <br />
            <span className={css.soft}>
              {t('backup.dialog.doneText', { size: sizeText(made.lastBytes ?? 0), path: made.lastPath ?? path })}
            </span>
          </span>
        </output>
      ) : make.busy ? (
        <RunningLine running={running ?? { doneBytes: 0, totalBytes: 0 }} />
      ) : (
        <form
          className={css.body}
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <PathField
            label={t('backup.dialog.path')}
            hint={t('backup.dialog.pathHint')}
            kind="save-file"
            suggested={suggested}
            value={path}
            onChange={setPath}
          />
          <NewPassphrase typed={typed} onChange={setTyped} />
          {/* Enter in a field sends a form that has a button of that kind. */}
          <button type="submit" hidden>
            {t('backup.dialog.write')}
          </button>
          {make.failure !== null && (
            <FailureNote failure={make.failure} kept={t('backup.restore.kept')} onDismiss={make.dismiss} />
          )}
        </form>
      )}
    </Dialog>
  )
}
