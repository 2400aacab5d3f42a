import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { cx } from '../../../ui/cx.ts'
import { Tooltip } from '../../../ui/Tooltip.tsx'
import { useTalk } from '../talk.ts'
import css from './Reactions.module.css'

/** Whoever reads the names of more would rather count. */
const NAMED = 12

/** How a message was taken, by whom; one's own are taken back by choosing them again. */
export function Reactions({ message }: { message: Message }): ReactNode {
  const { t } = useTranslation()
  const { names, canWrite, onReact } = useTalk()
  if (message.reactions.length === 0) return null
  return (
    <ul className={css.row} aria-label={t('chats.reactions.label')}>
      {message.reactions.map(({ emoji, by }) => {
        const isMine = names.me !== null && by.includes(names.me)
        const who = by.slice(0, NAMED).map((account) => names.of(account)).join(', ')
        const all = by.length > NAMED ? t('chats.reactions.more', { who, count: by.length - NAMED }) : who
        return (
          <li key={emoji}>
            <Tooltip text={all} side="top">
              <button
                type="button"
                className={cx(css.one, isMine && css.own)}
                aria-pressed={isMine}
                disabled={!canWrite}
                onClick={() => onReact(message, emoji, !isMine)}
              >
                <span className={css.emoji}>{emoji}</span>
                {by.length > 1 && <span>{by.length}</span>}
                <span className="visually-hidden">{t('chats.reactions.by', { who: all })}</span>
              </button>
            </Tooltip>
          </li>
        )
      })}
    </ul>
  )
}
