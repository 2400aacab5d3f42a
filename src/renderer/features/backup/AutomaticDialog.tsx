import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupStatus } from '../../../shared/model/backup.ts'
import { DAY } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Select } from '../../ui/Field.tsx'
import css from './Backup.module.css'
import { agreedOn, NewPassphrase, type Typed } from './NewPassphrase.tsx'
import { PathField } from './PathField.tsx'

/** A month of backups is four weeks here: what counts is how much can be lost. */
export const everies = [
  { id: 'day', ms: DAY },
  { id: 'week', ms: 7 * DAY },
  { id: 'month', ms: 28 * DAY },
] as const
type Every = (typeof everies)[number]['id']

const keeps = ['1', '3', '7', '14', '30'] as const

/** A folder, how often, how many, and the passphrase that they are sealed with. */
export function AutomaticDialog({ now, onClose }: { now: BackupStatus['automatic']; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [folder, setFolder] = useState(now?.folder ?? '')
  const [every, setEvery] = useState<Every>(everies.find(({ ms }) => ms === now?.everyMs)?.id ?? 'week')
  const [keep, setKeep] = useState<(typeof keeps)[number]>(keeps.find((count) => Number(count) === now?.keep) ?? '3')
  const [typed, setTyped] = useState<Typed>({ passphrase: '', again: '' })
  const passphrase = agreedOn(typed)
  const start = useCall(async (agreed: string) => {
    const everyMs = everies.find(({ id }) => id === every)?.ms ?? DAY
    await client.backup.automatic({ on: true, folder: folder.trim(), passphrase: agreed, everyMs, keep: Number(keep) })
    onClose()
  })
  const isReady = folder.trim() !== '' && passphrase !== null
  const submit = (): void => {
    if (isReady) void start.run(passphrase)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('backup.automatic.dialog')}
      description={t('backup.automatic.dialogText')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={!isReady} busy={start.busy} onClick={submit}>
            {t('backup.automatic.start')}
          </Button>
        </>
      }
    >
      <form
        className={css.body}
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <PathField label={t('backup.automatic.folder')} kind="open-folder" value={folder} onChange={setFolder} />
        <div className={css.pair}>
          <Select
            label={t('backup.automatic.everyLabel')}
            value={every}
            options={everies.map(({ id }) => ({ value: id, label: t(`backup.automatic.every.${id}`) }))}
            onChange={setEvery}
          />
          <Select
            label={t('backup.automatic.keepLabel')}
            value={keep}
            options={keeps.map((count) => ({ value: count, label: t('backup.automatic.keep', { count: Number(count) }) }))}
            onChange={setKeep}
          />
        </div>
        <NewPassphrase typed={typed} onChange={setTyped} />
        <p className={css.soft}>{t('backup.automatic.kept')}</p>
        <button type="submit" hidden>
          {t('backup.automatic.start')}
        </button>
        {start.failure !== null && <FailureNote failure={start.failure} kept={t('backup.restore.kept')} onDismiss={start.dismiss} />}
      </form>
    </Dialog>
  )
}
