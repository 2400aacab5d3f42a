import { CircleSlash, Signpost } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Conversation } from '../../../shared/model/chat.ts'
import { paths } from '../../nav/paths.ts'
import css from './PinNotes.module.css'

/** What became of the name by which the conversation was opened, where there is nothing to decide. */
export function PinNotes({ conversation, name }: { conversation: Conversation | null; name: string }): ReactNode {
  const { t } = useTranslation()
  if (conversation === null) return null
  const { left, pin, waiting } = conversation
  if (left !== null) {
    return (
      <p className={css.line}>
        <Signpost />
        <span>
          {t('chats.left.text', { pinned: left.fullName, name })}{' '}
          {waiting > 0 && `${t('chats.left.waiting', { name, count: waiting })} `}
          <Link href={paths.chatWith(left.to)} className={css.link}>
            {t('chats.left.go')}
          </Link>
        </span>
      </p>
    )
  }
  if (pin?.lapsed !== true || pin.moved !== null) return null
  return (
    <p className={css.line}>
      <CircleSlash />
      {t('chats.lapsed', { pinned: pin.fullName, name })}
    </p>
  )
}
