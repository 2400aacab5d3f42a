import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'

/** Everything that somebody wrote, in every conversation, off this person's devices. */
export function RemoveMessagesDialog({ person, name, onClose }: { person: Person; name: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [removed, setRemoved] = useState<number | null>(null)
  const remove = useCall(async () => setRemoved((await client.chat.removeFrom({ account: person.account })).removed))
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('contacts.removeMessages.title', { name })}
      closeLabel={t('close')}
      footer={
        removed !== null ? (
          <Button tone="primary" onClick={onClose}>
            {t('contacts.removeMessages.finish')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button tone="danger" busy={remove.busy} onClick={() => void remove.run()}>
              {t('contacts.removeMessages.do')}
            </Button>
          </>
        )
      }
    >
      {removed === null ? <p>{t('contacts.removeMessages.text')}</p> : <output>{t('contacts.removeMessages.done', { count: removed })}</output>}
      {remove.failure !== null && <FailureNote failure={remove.failure} onDismiss={remove.dismiss} />}
    </Dialog>
  )
}
