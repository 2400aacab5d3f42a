import { Pin as PinIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pin } from '../../../shared/model/chat.ts'
import { Popover } from '../../ui/Popover.tsx'
import { fullDate } from '../../ui/when.ts'
import css from './PinMark.module.css'

/** That the conversation was opened by a name, and what that means. */
export function PinMark({ pin, name }: { pin: Pin; name: string }): ReactNode {
  const { t } = useTranslation()
  const title = t('chats.pin.title', { pinned: pin.fullName })
  return (
    <Popover
      title={title}
      trigger={
        <button type="button" className={css.mark} aria-label={title}>
          <PinIcon aria-hidden="true" />
        </button>
      }
    >
      <div className={css.meaning}>
        <h2 className={css.title}>{title}</h2>
        <p>{t('chats.pin.since', { time: fullDate(pin.sinceMs), name, pinned: pin.fullName })}</p>
        <p className={css.soft}>{t('chats.pin.meaning')}</p>
      </div>
    </Popover>
  )
}
