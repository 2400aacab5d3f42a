import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../shared/ids.ts'
import type { Message } from '../../../shared/model/chat.ts'
import { cx } from '../../ui/cx.ts'
import { StateTick } from '../../ui/StateTick.tsx'
import { useNow } from '../../ui/use-now.ts'
import { clock, dayName, fullWhen } from '../../ui/when.ts'
import css from './MessageBubble.module.css'
import { MessageText } from './MessageText.tsx'
import type { Place } from './timeline.ts'

export interface MessageBubbleProps {
  message: Message
  place: Place
  /** Whose message it is, when it is theirs. */
  name: string
  traced: boolean
  onTrace: (id: MessageId) => void
}

export function MessageBubble(props: MessageBubbleProps): ReactNode {
  const { message, place, name, traced, onTrace } = props
  const { t } = useTranslation()
  return (
    <div className={css.item}>
      {place.newDay && <Day atMs={message.storedMs} />}
      {place.firstNew && (
        <p className={css.new}>
          <span>{t('chats.conversation.new')}</span>
        </p>
      )}
      <div className={cx(css.line, message.mine ? css.mine : css.theirs, place.opens && css.opens)}>
        <div className={cx(css.bubble, place.opens && css.first, place.closes && css.last, traced && css.traced)}>
          <span className="visually-hidden">{message.mine ? t('chats.conversation.me') : name}</span>
          <div dir="auto">
            <p className={css.text}>
              <MessageText text={message.text} />
            </p>
            <span className={css.meta}>
              <time dir="ltr" dateTime={new Date(message.storedMs).toISOString()} title={fullWhen(message.storedMs)}>
                {clock(message.storedMs)}
              </time>
              {message.mine && (
                <button
                  type="button"
                  className={css.tick}
                  title={t(`chats.tick.${message.state}`)}
                  aria-label={t('chats.tick.show', { state: t(`chats.tick.${message.state}`) })}
                  aria-pressed={traced}
                  onClick={() => onTrace(message.id)}
                >
                  <StateTick state={message.state} />
                </button>
              )}
            </span>
          </div>
        </div>
      </div>
    </div>
  )
}

function Day({ atMs }: { atMs: number }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  return (
    <h2 className={css.day}>{dayName(atMs, nowMs, { today: t('time.today'), yesterday: t('time.yesterday') })}</h2>
  )
}
