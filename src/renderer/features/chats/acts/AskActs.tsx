import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../../shared/ids.ts'
import type { Conversation, Message } from '../../../../shared/model/chat.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { moderates, useTalk } from '../talk.ts'
import css from './AskActs.module.css'
import { ForwardDialog } from './ForwardDialog.tsx'
import { canTakeBack } from './menu.ts'
import type { Asked } from './use-acts.ts'

/** What is asked once before it is done, as it cannot be undone. */
export function AskActs({ asked, onClose }: { asked: Asked; onClose: () => void }): ReactNode {
  switch (asked.what) {
    case 'remove':
      return <RemoveDialog message={asked.message} onClose={onClose} />
    case 'forward':
      return <ForwardDialog message={asked.message} onClose={onClose} />
    case 'remove-all':
      return <RemoveAllDialog account={asked.account} onClose={onClose} />
  }
}

function RemoveDialog({ message, onClose }: { message: Message; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { conversation, canWrite } = useTalk()
  const forAll = canWrite && conversation.kind !== 'self' && canTakeBack(message, moderates(conversation))
  const remove = useCall(async (whom: 'me' | 'everyone') => {
    await client.chat.remove({ id: message.id, for: whom })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('chats.remove.title')}
      closeLabel={t('close')}
      description={forAll ? t('chats.remove.text') : t('chats.remove.textMe')}
      footer={
        <div className={css.choices}>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone={forAll ? 'plain' : 'danger'} busy={remove.busy} onClick={() => void remove.run('me')}>
            {t('chats.remove.me')}
          </Button>
          {forAll && (
            <Button tone="danger" busy={remove.busy} onClick={() => void remove.run('everyone')}>
              {t('chats.remove.everyone')}
            </Button>
          )}
        </div>
      }
    >
      {remove.failure !== null && <FailureNote failure={remove.failure} />}
    </Dialog>
  )
}

function RemoveAllDialog({ account, onClose }: { account: AccountId; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const name = useTalk().names.of(account)
  const [removed, setRemoved] = useState<number | null>(null)
  const remove = useCall(async () => {
    const answer = await client.chat.removeFrom({ account })
    setRemoved(answer.removed)
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('chats.removeAll.title', { name })}
      closeLabel={t('close')}
      description={t('chats.removeAll.text', { name })}
      footer={
        removed === null ? (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button tone="danger" busy={remove.busy} onClick={() => void remove.run()}>
              {t('chats.removeAll.do')}
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>{t('close')}</Button>
        )
      }
    >
      {removed !== null && <output>{t('chats.removeAll.done', { count: removed })}</output>}
      {remove.failure !== null && <FailureNote failure={remove.failure} />}
    </Dialog>
  )
}

export interface SureProps {
  title: string
  text: string
  doLabel: string
  onDo: () => Promise<unknown>
  onClose: () => void
}

/** One question before something that cannot be undone. */
export function SureDialog({ title, text, doLabel, onDo, onClose }: SureProps): ReactNode {
  const { t } = useTranslation()
  const call = useCall(async () => {
    await onDo()
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      closeLabel={t('close')}
      description={text}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={call.busy} onClick={() => void call.run()}>
            {doLabel}
          </Button>
        </>
      }
    >
      {call.failure !== null && <FailureNote failure={call.failure} />}
    </Dialog>
  )
}

/** A conversation as it is called in lists. */
export function titleOf(conversation: Conversation, nameOf: (account: AccountId) => string, notes: string): string {
  if (conversation.kind === 'self') return notes
  return conversation.group?.title ?? (conversation.with === null ? '' : nameOf(conversation.with))
}
