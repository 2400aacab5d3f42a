import { PanelRight, Timer } from 'lucide-react'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../shared/ids.ts'
import type { Conversation, Message } from '../../../shared/model/chat.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { isCovered } from '../../ui/floats.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { AskActs } from './acts/AskActs.tsx'
import { MessageMenu } from './acts/MessageMenu.tsx'
import { useActs } from './acts/use-acts.ts'
import css from './ConversationPane.module.css'
import { Details } from './details/Details.tsx'
import { EmojiPopover } from './emoji/EmojiPopover.tsx'
import { Dropping } from './files/Dropping.tsx'
import { MessageList } from './MessageList.tsx'
import { PinnedBar } from './PinnedBar.tsx'
import { TalkContext, type Anchor, type Talk } from './talk.ts'
import { TracePanel } from './TracePanel.tsx'
import { TypingRow } from './TypingRow.tsx'
import type { LoadedMessages } from './use-conversation.ts'
import { useJump } from './use-jump.ts'
import { useNames } from './use-names.ts'
import { useSpan } from './use-span.ts'

export interface TalkPaneProps {
  /** What drafts are kept by. */
  draftKey: string
  conversation: Conversation | null
  loaded: LoadedMessages
  title: string
  /** A message to begin at. */
  target: MessageId | null
  canWrite: boolean
  header: (tools: ReactNode) => ReactNode
  /** In the place of messages, whatever there are. */
  instead?: ReactNode
  /** Where nothing was said yet. */
  empty: ReactNode
  /** Below the messages. */
  foot: ReactNode
}

interface Floating {
  what: 'menu' | 'emoji'
  message: Message
  anchor: Anchor
}

/** What was said in a conversation, what can be done with it, and beside it what is known of it. */
export function TalkPane(props: TalkPaneProps): ReactNode {
  const { draftKey, conversation, loaded, title, target, canWrite, header, instead = null, empty, foot } = props
  const { t } = useTranslation()
  const names = useNames()
  const [openedMs] = useState(() => Date.now())
  const [side, setSide] = useState<'details' | MessageId | null>(null)
  const [floating, setFloating] = useState<Floating | null>(null)
  const { held, newest } = loaded
  const jump = useJump(conversation, held, target)
  const acts = useActs(draftKey, ({ id }) => setSide(id))
  const messages = held?.messages ?? nothing
  const traced = messages.find(({ id }) => id === side)
  useEscape(side !== null, () => setSide(null))

  const { lit, toMessage } = jump
  const talk = useMemo<Talk | null>(
    () =>
      conversation === null
        ? null
        : {
            conversation,
            names,
            canWrite,
            traced: side === 'details' ? null : side,
            lit,
            onTrace: (id) => setSide((was) => (was === id ? null : id)),
            onJump: (id) => void toMessage.run(id),
            onAct: acts.act,
            onReact: acts.react,
            onMenu: (message, anchor) => setFloating({ what: 'menu', message, anchor }),
            onPick: (message, anchor) => setFloating({ what: 'emoji', message, anchor }),
          },
    // What acts do does not change with the functions that do it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [conversation, names, canWrite, side, lit],
  )

  const failure = newest.failure ?? jump.toMessage.failure ?? acts.failure
  const toggle = (): void => setSide(side === 'details' ? null : 'details')
  const tools = conversation !== null && (
    <>
      {conversation.disappearAfterMs !== null && <Disappears afterMs={conversation.disappearAfterMs} onOpen={toggle} />}
      <IconButton label={t('chats.details.open')} icon={<PanelRight />} aria-pressed={side === 'details'} onClick={toggle} />
    </>
  )
  return (
    <TalkContext value={talk}>
      <div className={css.pane}>
        <Dropping draftKey={draftKey} enabled={canWrite}>
          {header(tools)}
          {conversation !== null && conversation.pinned.length > 0 && <PinnedBar conversation={conversation} />}
          {failure !== null && (
            <div className={css.note}>
              <FailureNote
                failure={failure}
                {...(newest.failure === null ? { onDismiss: newest.failure === null && acts.failure === null ? jump.toMessage.dismiss : acts.dismiss } : { onRetry: () => void newest.run() })}
              />
            </div>
          )}
          <div className={css.body}>
            {instead !== null ? (
              instead
            ) : talk !== null && held !== null && messages.length > 0 ? (
              <MessageList loaded={{ ...loaded, held }} title={title} openedMs={openedMs} jump={jump} />
            ) : conversation !== null && held === null && conversation.last !== null ? (
              newest.failure === null && <Skeleton look="messages" label={t('chats.conversation.loading')} />
            ) : (
              empty
            )}
          </div>
          {conversation !== null && <TypingRow conversation={conversation} />}
          {foot}
        </Dropping>
        {traced !== undefined && (
          <TracePanel key={`${traced.id} ${traced.state}`} message={traced} onClose={() => setSide(null)} />
        )}
        {side === 'details' && talk !== null && <Details jump={jump} onClose={() => setSide(null)} />}
      </div>
      {talk !== null && floating?.what === 'menu' && (
        <MessageMenu message={floating.message} anchor={floating.anchor} onClose={() => setFloating((was) => (was === floating ? null : was))} />
      )}
      {talk !== null && floating?.what === 'emoji' && (
        <EmojiPopover
          quick
          title={t('chats.act.react')}
          anchor={floating.anchor}
          onPick={(emoji) => acts.react(floating.message, emoji, true)}
          onClose={() => setFloating(null)}
        />
      )}
      {talk !== null && acts.asked !== null && <AskActs asked={acts.asked} onClose={acts.answered} />}
    </TalkContext>
  )
}

const nothing: readonly Message[] = []

/** Whoever writes here sees that it will not stay, and for how long, whoever chose so. */
function Disappears({ afterMs, onOpen }: { afterMs: number; onOpen: () => void }): ReactNode {
  const { t } = useTranslation()
  const time = useSpan()(afterMs)
  const words = t('chats.disappear.sign', { time })
  return (
    <button type="button" className={css.disappears} title={words} aria-label={words} onClick={onOpen}>
      <Timer aria-hidden="true" />
      {time}
    </button>
  )
}

/** Esc closes what is beside, once nothing lies above it. */
function useEscape(isOpen: boolean, onClose: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && !isCovered()) onClose()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  })
}
