import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnDevice } from '../../../shared/model/devices.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'

const LABEL_MAX_CHARACTERS = 64

export function RenameDialog({ device, onClose }: { device: OwnDevice; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [label, setLabel] = useState(device.label)
  const rename = useCall(async () => {
    await client.devices.rename({ peerId: device.peerId, label: label.trim() })
    onClose()
  })
  const isUsable = label.trim() !== ''
  const submit = (): void => {
    if (isUsable) void rename.run()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('devices.rename.title')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={!isUsable} busy={rename.busy} onClick={submit}>
            {t('devices.rename.save')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <TextField
          label={t('devices.rename.label')}
          hint={t('devices.rename.hint')}
          value={label}
          maxLength={LABEL_MAX_CHARACTERS}
          autoComplete="off"
          onChange={(event) => setLabel(event.target.value)}
        />
      </form>
      {rename.failure !== null && <FailureNote failure={rename.failure} />}
    </Dialog>
  )
}
