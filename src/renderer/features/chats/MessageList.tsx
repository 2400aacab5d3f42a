import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../shared/ids.ts'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Call } from '../../bridge/use-call.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Log } from '../../ui/Log.tsx'
import { useAttention } from '../../ui/use-attention.ts'
import { MessageBubble } from './MessageBubble.tsx'
import type { Held } from './state.ts'
import { placeOf } from './timeline.ts'

export interface MessageListProps {
  conversation: Conversation
  held: Held
  who: WhoIsIt
  /** When the conversation was opened: what came later was seen as it came, and is not new. */
  openedMs: number
  older: Call<[], void>
  traced: MessageId | null
  onTrace: (id: MessageId) => void
}

export function MessageList(props: MessageListProps): ReactNode {
  const { conversation, held, who, openedMs, older, traced, onTrace } = props
  const { t } = useTranslation()
  const [atEnd, setAtEnd] = useState(true)
  const { messages, firstIndex, more } = held
  const newest = messages.at(-1)
  const firstNew = useFirstNew(conversation, messages, openedMs)
  const below = useBelow(messages, atEnd)
  const arrived = useArrived(newest, who.name)
  useMarkRead(conversation, newest, atEnd)

  return (
    <Log
      label={t('chats.conversation.with', { name: who.name })}
      items={messages}
      firstIndex={firstIndex}
      render={(message, index) => (
        <MessageBubble
          message={message}
          place={placeOf(messages, index, firstNew)}
          name={who.name}
          traced={traced === message.id}
          onTrace={onTrace}
        />
      )}
      beginning={<Beginning older={older} more={more} name={who.name} />}
      onBeginning={() => {
        if (more && !older.busy) void older.run()
      }}
      atEnd={atEnd}
      onAtEnd={setAtEnd}
      follow={newest?.mine === true ? newest.id : null}
      toEnd={{
        label: t('chats.conversation.toEnd'),
        text: below === 0 ? null : t('chats.conversation.toEndCount', { count: below }),
      }}
      arrived={arrived}
    />
  )
}

/** What they say while the conversation is open, to be read out. */
function useArrived(newest: Message | undefined, name: string): string | null {
  const [opened] = useState(newest?.position ?? 0)
  const arrived = newest !== undefined && !newest.mine && newest.position > opened
  return arrived ? `${name}: ${newest.text}` : null
}

function Beginning({ older, more, name }: { older: Call<[], void>; more: boolean; name: string }): ReactNode {
  const { t } = useTranslation()
  if (older.failure !== null) return <FailureNote failure={older.failure} onRetry={() => void older.run()} />
  return <p>{more ? t('chats.conversation.older') : t('chats.conversation.begins', { name })}</p>
}

/** The first message that was unread when the conversation was opened; it stays where it is while one reads. */
function useFirstNew({ unread }: Conversation, messages: readonly Message[], openedMs: number): number | null {
  const [firstNew] = useState(() => {
    const first = unread === 0 ? undefined : messages.filter((message) => !message.mine).at(-unread)
    return first !== undefined && first.storedMs < openedMs ? first.position : null
  })
  return firstNew
}

/** How many of their messages came while one was reading further up. */
function useBelow(messages: readonly Message[], atEnd: boolean): number {
  const newest = messages.at(-1)?.position ?? 0
  const [seen, setSeen] = useState(newest)
  if (atEnd && seen !== newest) setSeen(newest)
  if (atEnd) return 0
  return messages.filter((message) => !message.mine && message.position > seen).length
}

/** Read is what was on screen, at the end, in a window that somebody looks at. */
function useMarkRead(conversation: Conversation, newest: Message | undefined, atEnd: boolean): void {
  const client = useClient()
  const attended = useAttention()
  const position = newest?.position
  const { id, unread } = conversation
  useEffect(() => {
    if (!atEnd || !attended || unread === 0 || position === undefined) return
    // When it fails the count stays, and the next message or look tries again.
    client.chat.markRead({ conversation: id, position }).catch(() => {})
  }, [client, id, unread, position, atEnd, attended])
}
