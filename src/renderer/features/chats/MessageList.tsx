import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Call } from '../../bridge/use-call.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Log } from '../../ui/Log.tsx'
import { useAttention } from '../../ui/use-attention.ts'
import css from './MessageList.module.css'
import { Item } from './bubble/Item.tsx'
import { actOfKey } from './keys.ts'
import { plainLine } from './markdown/readable.ts'
import { useTalk } from './talk.ts'
import { placeOf } from './timeline.ts'
import type { LoadedMessages } from './use-conversation.ts'
import type { Jump } from './use-jump.ts'

export interface MessageListProps {
  loaded: LoadedMessages & { held: NonNullable<LoadedMessages['held']> }
  /** What the conversation is called. */
  title: string
  /** When the conversation was opened: what came later was seen as it came, and is not new. */
  openedMs: number
  jump: Jump
}

export function MessageList({ loaded, title, openedMs, jump }: MessageListProps): ReactNode {
  const { t } = useTranslation()
  const talk = useTalk()
  const { conversation } = talk
  const { held, older, later, newest } = loaded
  const [isDown, setDown] = useState(jump.startAt === undefined)
  const { messages, firstIndex, more } = held
  const atEnd = isDown && !held.later
  const last = messages.at(-1)
  const firstNew = useFirstNew(conversation, messages, openedMs)
  const below = useBelow(messages, atEnd)
  const arrived = useArrived(last)
  useMarkRead(conversation, messages, atEnd)

  return (
    // Keys of the messages, which can all be reached from here.
    <div className={css.keys} onKeyDown={onKeyDown} role="presentation">
      <Log
        key={held.epoch}
        label={conversation.kind === 'direct' ? t('chats.conversation.with', { name: title }) : t('chats.conversation.in', { name: title })}
        items={messages}
        firstIndex={firstIndex}
        render={(message, index) => (
          <Item message={message} place={placeOf(messages, index, firstNew)} first={index === messages.length - 1} />
        )}
        beginning={<Beginning older={older} more={more} conversation={conversation} title={title} />}
        onBeginning={() => {
          if (more && !older.busy) void older.run()
        }}
        startAt={jump.startAt}
        goTo={jump.goTo}
        onEnding={
          held.later
            ? () => {
                if (!later.busy) void later.run()
              }
            : undefined
        }
        onToEnd={held.later ? () => void newest.run() : undefined}
        atEnd={atEnd}
        onAtEnd={setDown}
        follow={last?.mine === true && !held.later ? last.id : null}
        toEnd={{
          label: t('chats.conversation.toEnd'),
          text: below === 0 ? null : t('chats.conversation.toEndCount', { count: below }),
        }}
        arrived={arrived}
      />
    </div>
  )

  function onKeyDown(event: KeyboardEvent): void {
    const target = event.target instanceof HTMLElement ? event.target : null
    if (target?.dataset['focusable'] === undefined || event.defaultPrevented) return
    const line = target.closest<HTMLElement>('[data-message]')
    const message = messages.find(({ id }) => id === line?.dataset['message'])
    if (message === undefined) return
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      if (event.altKey) return
      event.preventDefault()
      const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-focusable]')]
      lines[lines.indexOf(target) + (event.key === 'ArrowUp' ? -1 : 1)]?.focus()
      return
    }
    const act = actOfKey(event, message, talk)
    if (act === null) return
    event.preventDefault()
    if (act === 'react') talk.onPick(message, target)
    else if (act === 'menu') talk.onMenu(message, target)
    else talk.onAct(act, message)
  }
}

/** What others say while the conversation is open, to be read out. */
function useArrived(newest: Message | undefined): string | null {
  const { names } = useTalk()
  const [opened] = useState(newest?.position ?? 0)
  const arrived = newest !== undefined && !newest.mine && newest.position > opened
  return arrived ? `${names.of(newest.from)}: ${plainLine(newest.text)}` : null
}

interface BeginningProps {
  older: Call<[], void>
  more: boolean
  conversation: Conversation
  title: string
}

function Beginning({ older, more, conversation, title }: BeginningProps): ReactNode {
  const { t } = useTranslation()
  if (older.failure !== null) return <FailureNote failure={older.failure} onRetry={() => void older.run()} />
  if (more) return <p>{t('chats.conversation.older')}</p>
  return <p>{t(`chats.conversation.begins.${conversation.kind}`, { name: title })}</p>
}

/** The first message that was unread when the conversation was opened; it stays where it is while one reads. */
function useFirstNew({ unread }: Conversation, messages: readonly Message[], openedMs: number): number | null {
  const [firstNew] = useState(() => {
    const first = unread === 0 ? undefined : messages.filter((message) => !message.mine).at(-unread)
    return first !== undefined && first.storedMs < openedMs ? first.position : null
  })
  return firstNew
}

/** How many messages of others came while one was reading further up. */
function useBelow(messages: readonly Message[], atEnd: boolean): number {
  const newest = newestPosition(messages)
  const [seen, setSeen] = useState(newest)
  if (atEnd && seen !== newest) setSeen(newest)
  if (atEnd) return 0
  return messages.filter((message) => !message.mine && message.position > seen).length
}

/** What came last here is not always what stands last. */
function newestPosition(messages: readonly Message[]): number {
  return messages.reduce((newest, { position }) => Math.max(newest, position), 0)
}

/** Read is what was on screen, at the end, in a window that somebody looks at. */
function useMarkRead(conversation: Conversation, messages: readonly Message[], atEnd: boolean): void {
  const client = useClient()
  const attended = useAttention()
  const position = newestPosition(messages)
  const { id, unread } = conversation
  useEffect(() => {
    if (!atEnd || !attended || unread === 0 || position === 0) return
    // When it fails the count stays, and the next message or look tries again.
    client.chat.markRead({ conversation: id, position }).catch(() => {})
  }, [client, id, unread, position, atEnd, attended])
}
