import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { useNow } from '../../../ui/use-now.ts'
import { dayName } from '../../../ui/when.ts'
import type { Place } from '../timeline.ts'
import { Bubble } from './Bubble.tsx'
import css from './Bubble.module.css'
import { Notice } from './Notice.tsx'

export interface ItemProps {
  message: Message
  place: Place
  /** Of all that are in sight, the one that Tab goes to. */
  first: boolean
}

/** One message, and what separates it from the ones before. */
export const Item = memo(function Item({ message, place, first }: ItemProps): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.item}>
      {place.newDay && <Day atMs={message.sentMs} />}
      {place.firstNew && (
        <p className={css.new}>
          <span>{t('chats.conversation.new')}</span>
        </p>
      )}
      {message.kind === 'notice' ? <Notice message={message} /> : <Bubble message={message} place={place} first={first} />}
    </div>
  )
})

function Day({ atMs }: { atMs: number }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(60_000)
  return (
    <h2 className={css.day}>{dayName(atMs, nowMs, { today: t('time.today'), yesterday: t('time.yesterday') })}</h2>
  )
}
