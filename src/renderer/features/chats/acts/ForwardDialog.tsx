import { Search } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId, ConversationId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { FailureNote } from '../../../ui/FailureNote.tsx'
import { TextField } from '../../../ui/Field.tsx'
import { Face } from '../list/Face.tsx'
import { byLatest } from '../state.ts'
import { chatsStore } from '../store.ts'
import { useTalk } from '../talk.ts'
import css from './AskActs.module.css'
import { titleOf } from './AskActs.tsx'

/** As many as the node takes at once. */
const MAX = 20

/** To which conversations a message is sent on. */
export function ForwardDialog({ message, onClose }: { message: Message; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { names } = useTalk()
  const conversations = chatsStore.use(({ state }) => state.conversations)
  const [query, setQuery] = useState('')
  const [to, setTo] = useState<ReadonlySet<ConversationId>>(new Set())
  const all = useMemo(
    () =>
      byLatest(conversations.values())
        .filter(({ pin, group }) => pin?.moved == null && (group === null || group.state === 'joined'))
        .map((conversation) => ({ conversation, title: titleOf(conversation, names.of, t('chats.notes.title')) })),
    [conversations, names, t],
  )
  const hasNotes = all.some(({ conversation }) => conversation.kind === 'self')
  const openNotes = useEffectEvent((me: AccountId) => {
    // They are not among them where this fails.
    if (!hasNotes) client.chat.open({ with: me }).catch(() => {})
  })
  useEffect(() => {
    if (names.me !== null) openNotes(names.me)
  }, [names.me])
  const shown = all.filter(({ title }) => title.toLowerCase().includes(query.trim().toLowerCase()))
  const forward = useCall(async () => {
    await client.chat.forward({ id: message.id, to: [...to] })
    onClose()
  })
  const toggle = (id: ConversationId): void => {
    const next = new Set(to)
    if (!next.delete(id)) next.add(id)
    setTo(next)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('chats.forward.title')}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" disabled={to.size === 0} busy={forward.busy} onClick={() => void forward.run()}>
            {t('chats.forward.do', { count: to.size })}
          </Button>
        </>
      }
    >
      <TextField label={t('chats.forward.search')} hideLabel icon={<Search />} placeholder={t('chats.forward.search')} value={query} onChange={(event) => setQuery(event.target.value)} />
      <div className={css.list}>
        {shown.map(({ conversation, title }) => (
          <label key={conversation.id} className={css.one}>
            <Face conversation={conversation} size={32} />
            <bdi className={css.name}>{title}</bdi>
            <input
              type="checkbox"
              checked={to.has(conversation.id)}
              disabled={to.size >= MAX && !to.has(conversation.id)}
              onChange={() => toggle(conversation.id)}
            />
          </label>
        ))}
        {shown.length === 0 && <p className={css.none}>{t('chats.forward.none')}</p>}
      </div>
      {forward.failure !== null && <FailureNote failure={forward.failure} />}
    </Dialog>
  )
}
