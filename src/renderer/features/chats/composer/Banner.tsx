import { Pencil, Reply, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { plainLine } from '../markdown/readable.ts'
import { useNames } from '../use-names.ts'
import css from './Banner.module.css'

export interface BannerProps {
  what: 'reply' | 'edit'
  message: Message
  onClose: () => void
}

/** Above the field: which message is answered, or changed. */
export function Banner({ what, message, onClose }: BannerProps): ReactNode {
  const { t } = useTranslation()
  const names = useNames()
  const text = plainLine(message.text)
  return (
    <div className={css.banner}>
      {what === 'reply' ? <Reply aria-hidden="true" /> : <Pencil aria-hidden="true" />}
      <p className={css.words}>
        <span className={css.title}>{what === 'reply' && message.mine ? t('chats.compose.replySelf') : t(`chats.compose.${what}`, { name: names.of(message.from) })}</span>
        <span className={css.text} dir="auto">
          {text === '' ? t(`chats.quote.${message.kind === 'voice' ? 'voice' : 'files'}`) : text}
        </span>
      </p>
      <button type="button" className={css.close} aria-label={t(`chats.compose.${what}Stop`)} title={t(`chats.compose.${what}Stop`)} onClick={onClose}>
        <X />
      </button>
    </div>
  )
}
