import { Copy, Ellipsis, LogOut, VolumeX } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { RoomName } from '../../../shared/model/square.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { MutedDialog } from './MutedDialog.tsx'
import css from './Dialogs.module.css'
import { applySquareEvent } from './state.ts'
import { squareStore } from './store.ts'

/** What can be done about a room. */
export function RoomMenu({ name }: { name: RoomName }): ReactNode {
  const { t } = useTranslation()
  const muted = squareStore.use(({ state }) => state.muted.size)
  const [open, setOpen] = useState<'muted' | 'leave' | null>(null)
  const close = (): void => setOpen(null)
  return (
    <>
      <Menu
        trigger={<IconButton label={t('square.menu.label', { name })} icon={<Ellipsis />} />}
        groups={[
          [
            {
              id: 'copy',
              label: t('square.menu.copy'),
              icon: <Copy />,
              onChoose: () => void navigator.clipboard.writeText(name),
            },
            {
              id: 'muted',
              label: t('square.menu.muted', { count: muted }),
              icon: <VolumeX />,
              onChoose: () => setOpen('muted'),
            },
          ],
          [
            {
              id: 'leave',
              label: t('square.menu.leave'),
              icon: <LogOut />,
              tone: 'danger',
              onChoose: () => setOpen('leave'),
            },
          ],
        ]}
      />
      {open === 'muted' && <MutedDialog onClose={close} />}
      {open === 'leave' && <LeaveRoom name={name} onClose={close} />}
    </>
  )
}

function LeaveRoom({ name, onClose }: { name: RoomName; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, navigate] = useLocation()
  const leave = useCall(async () => {
    await client.square.leave({ room: name })
    // Gone at once: its page would say for a moment that one is not in it.
    navigate(paths.square)
    squareStore.change((state) => applySquareEvent(state, { event: 'room-left', name }))
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('square.leave.title', { name })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={leave.busy} onClick={() => void leave.run()}>
            {t('square.leave.go')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <ul className={css.points}>
          <li>{t('square.leave.text')}</li>
          <li>{t('square.leave.kept')}</li>
          <li>{t('square.leave.others')}</li>
        </ul>
        {leave.failure !== null && <FailureNote failure={leave.failure} onDismiss={leave.dismiss} />}
      </div>
    </Dialog>
  )
}
