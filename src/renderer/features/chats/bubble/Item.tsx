import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { Day, NewBelow } from '../../../ui/Dividers.tsx'
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
      {place.firstNew && <NewBelow>{t('chats.conversation.new')}</NewBelow>}
      {message.kind === 'notice' ? <Notice message={message} /> : <Bubble message={message} place={place} first={first} />}
    </div>
  )
})
