import { Pin } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../shared/ids.ts'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { plainLine } from './markdown/readable.ts'
import css from './PinnedBar.module.css'
import { chatsStore } from './store.ts'
import { useTalk } from './talk.ts'

/** Below the header: what is pinned, newest first; each press goes to the next of them. */
export function PinnedBar({ conversation }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const { onJump, names } = useTalk()
  const { pinned } = conversation
  const [at, setAt] = useState(0)
  const index = at % pinned.length
  const id = pinned[index]
  const message = useMessage(conversation, id)
  if (id === undefined) return null
  const text = message === null ? '' : plainLine(message.text)
  return (
    <button
      type="button"
      className={css.bar}
      onClick={() => {
        onJump(id)
        setAt(index + 1)
      }}
    >
      <Pin aria-hidden="true" />
      <span className={css.words}>
        <span className={css.title}>
          {pinned.length === 1 ? t('chats.pinned.one') : t('chats.pinned.of', { at: index + 1, count: pinned.length })}
        </span>
        <span className={css.text} dir="auto">
          {message === null ? t('chats.pinned.loading') : text === '' ? t(`chats.quote.${message.kind === 'voice' ? 'voice' : 'files'}`) : `${names.of(message.from)}: ${text}`}
        </span>
      </span>
    </button>
  )
}

/** A message by its id: as it is held, or asked for. */
export function useMessage({ id: conversation }: Conversation, id: MessageId | undefined): Message | null {
  const client = useClient()
  const held = chatsStore.use(({ state }) => state.held.get(conversation)?.messages.find((message) => message.id === id) ?? null)
  const [asked, setAsked] = useState<Message | null>(null)
  const isHeld = held !== null
  useEffect(() => {
    if (id === undefined || isHeld) return undefined
    let gone = false
    client.chat.message({ id }).then(
      (message) => !gone && setAsked(message),
      // It is not here any more; the bar says nothing of it.
      () => {},
    )
    return () => {
      gone = true
    }
  }, [client, id, isHeld])
  return held ?? (asked?.id === id ? asked : null)
}
