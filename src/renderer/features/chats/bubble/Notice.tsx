import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { clock, fullWhen } from '../../../ui/when.ts'
import { useTalk } from '../talk.ts'
import css from './Notice.module.css'

/** What happened in a group, as a quiet line. */
export function Notice({ message }: { message: Message }): ReactNode {
  const { t } = useTranslation()
  const { names } = useTalk()
  const { notice, from, sentMs } = message
  if (notice === null) return null
  const by = names.of(from)
  const words = !('whom' in notice)
    ? t(`chats.notice.${notice.what}`, { by, title: 'title' in notice ? notice.title : '' })
    : notice.whom === names.me
      ? t(`chats.notice.${notice.whom === from ? 'youSelf' : 'you'}.${notice.what}`, { by })
      : t(`chats.notice.${notice.what}${notice.whom === from ? 'Self' : ''}`, { by, whom: names.of(notice.whom) })
  return (
    <p className={css.notice}>
      <bdi>{words}</bdi>{' '}
      <time dateTime={new Date(sentMs).toISOString()} title={fullWhen(sentMs)}>
        {clock(sentMs)}
      </time>
    </p>
  )
}
