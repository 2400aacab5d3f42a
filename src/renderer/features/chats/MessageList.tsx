import { ArrowDown } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import type { MessageId } from '../../../shared/ids.ts'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Call } from '../../bridge/use-call.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useAttention } from '../../ui/use-attention.ts'
import { MessageBubble } from './MessageBubble.tsx'
import css from './MessageList.module.css'
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

const END = { index: 'LAST', align: 'end' } as const

/** Closer than this to the newest message counts as being there. */
const AT_END_PX = 48

/** What an item and the beginning of the list need to know. */
interface Context extends Omit<MessageListProps, 'conversation' | 'openedMs'> {
  firstNew: number | null
}

export function MessageList(props: MessageListProps): ReactNode {
  const { conversation, held, who, openedMs, older, traced, onTrace } = props
  const { t } = useTranslation()
  const list = useRef<VirtuosoHandle>(null)
  const [atEnd, setAtEnd] = useState(true)
  const { messages, firstIndex, more } = held
  const newest = messages.at(-1)
  const firstNew = useFirstNew(conversation, messages, openedMs)
  const below = useBelow(messages, atEnd)
  useMarkRead(conversation, newest, atEnd)

  // What you send is always followed, wherever you were reading.
  const lastMine = newest?.mine === true ? newest.id : null
  useEffect(() => {
    if (lastMine !== null) list.current?.scrollToIndex(END)
  }, [lastMine])

  // The composer grows, the trace opens: what was at the end stays at the end.
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!atEnd || frame.current === null) return undefined
    const resized = new ResizeObserver(() => list.current?.scrollToIndex(END))
    resized.observe(frame.current)
    return () => resized.disconnect()
  }, [atEnd])

  const context: Context = { held, who, older, traced, onTrace, firstNew }
  return (
    // Rows come and go as one scrolls; what is announced is what arrives.
    <div
      ref={frame}
      className={css.frame}
      role="log"
      aria-live="off"
      aria-label={t('chats.conversation.with', { name: who.name })}
    >
      <Virtuoso
        ref={list}
        data={messages}
        context={context}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={END}
        computeItemKey={keyOf}
        alignToBottom
        // Measured a frame later, what is above would push what is read by the difference, and back.
        skipAnimationFrameInResizeObserver
        followOutput={(wasAtEnd) => (wasAtEnd ? 'auto' : false)}
        atBottomThreshold={AT_END_PX}
        atBottomStateChange={setAtEnd}
        increaseViewportBy={{ top: 1200, bottom: 400 }}
        startReached={() => {
          if (more && !older.busy) void older.run()
        }}
        components={parts}
        itemContent={renderMessage}
      />
      <Arrived newest={newest} name={who.name} />
      {!atEnd && (
        <Button
          className={css.toEnd}
          icon={<ArrowDown />}
          aria-label={below === 0 ? t('chats.conversation.toEnd') : undefined}
          onClick={() => list.current?.scrollToIndex(END)}
        >
          {below > 0 && t('chats.conversation.toEndCount', { count: below })}
        </Button>
      )}
    </div>
  )
}

/** Reads out what they say while the conversation is open. */
function Arrived({ newest, name }: { newest: Message | undefined; name: string }): ReactNode {
  const [opened] = useState(newest?.position ?? 0)
  const arrived = newest !== undefined && !newest.mine && newest.position > opened
  return (
    <p className="visually-hidden" aria-live="polite">
      {arrived && `${name}: ${newest.text}`}
    </p>
  )
}

function keyOf(_: number, message: Message): string {
  return message.id
}

function renderMessage(index: number, message: Message, { held, who, traced, onTrace, firstNew }: Context): ReactNode {
  return (
    <MessageBubble
      message={message}
      place={placeOf(held.messages, index - held.firstIndex, firstNew)}
      name={who.name}
      traced={traced === message.id}
      onTrace={onTrace}
    />
  )
}

function Beginning({ context }: { context: Context }): ReactNode {
  const { t } = useTranslation()
  if (context.older.failure !== null) {
    return (
      <div className={css.failure}>
        <FailureNote failure={context.older.failure} onRetry={() => void context.older.run()} />
      </div>
    )
  }
  return (
    <p className={css.beginning}>
      {context.held.more ? t('chats.conversation.older') : t('chats.conversation.begins', { name: context.who.name })}
    </p>
  )
}

function End(): ReactNode {
  return <div className={css.end} />
}

const parts = { Header: Beginning, Footer: End }

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
