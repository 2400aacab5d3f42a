import { Clock3, HardDrive, Infinity as Forever, ShieldOff } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OwnDevice } from '../../../shared/model/devices.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './Devices.module.css'

/** What taking a device away does, and what it cannot do; and its name, typed, before it is done. */
export function RevokeDialog({ device, onClose }: { device: OwnDevice; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { label, peerId } = device
  const [typed, setTyped] = useState('')
  const isSure = typed.trim().toLowerCase() === label.trim().toLowerCase()
  const revoke = useCall(async () => {
    await client.devices.revoke({ peerId })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('devices.revoke.title', { label })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" disabled={!isSure} busy={revoke.busy} onClick={() => void revoke.run()}>
            {t('devices.revoke.do')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <ul className={css.truths}>
          <li>
            <ShieldOff aria-hidden="true" />
            {t('devices.revoke.does')}
          </li>
          <li>
            <HardDrive aria-hidden="true" />
            {t('devices.revoke.doesNot')}
          </li>
          <li>
            <Clock3 aria-hidden="true" />
            {t('devices.revoke.slow')}
          </li>
          <li>
            <Forever aria-hidden="true" />
            {t('devices.revoke.forever')}
          </li>
        </ul>
        <TextField
          label={t('devices.revoke.label', { label })}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {revoke.failure !== null && <FailureNote failure={revoke.failure} onDismiss={revoke.dismiss} />}
      </div>
    </Dialog>
  )
}
