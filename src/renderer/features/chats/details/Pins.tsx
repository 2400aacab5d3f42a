import { Pin, PinOff } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../../shared/ids.ts'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { IconButton } from '../../../ui/IconButton.tsx'
import { Time } from '../../../ui/Time.tsx'
import { plainLine } from '../markdown/readable.ts'
import { useMessage } from '../PinnedBar.tsx'
import { useTalk } from '../talk.ts'
import css from './Details.module.css'
import { More } from './More.tsx'

/** Others are looked at when they are asked for. */
const SHOWN = 5

/** What is pinned, the newest pin first: gone to, or taken down. */
export function Pins({ conversation }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const [shown, setShown] = useState(SHOWN)
  const { pinned } = conversation
  if (pinned.length === 0) return null
  return (
    <section className={css.part}>
      <h3 className={css.heading}>{t('chats.pinned.title')}</h3>
      <ul className={css.rows}>
        {pinned.slice(0, shown).map((id) => (
          <Pinned key={id} conversation={conversation} id={id} />
        ))}
      </ul>
      <More count={pinned.length} shown={shown} onMore={setShown} />
    </section>
  )
}

function Pinned({ conversation, id }: { conversation: Conversation; id: MessageId }): ReactNode {
  const { t } = useTranslation()
  const { names, canWrite, onJump, onAct } = useTalk()
  const message = useMessage(conversation, id)
  const text = message === null ? t('chats.pinned.loading') : plainLine(message.text)
  return (
    <li className={css.held}>
      <button type="button" className={css.row} onClick={() => onJump(id)}>
        <Pin />
        <span className={css.words}>
          <span dir="auto">{text === '' && message !== null ? t(`chats.quote.${message.kind === 'voice' ? 'voice' : 'files'}`) : text}</span>
          {message !== null && (
            <span className={css.note}>
              <bdi>{names.of(message.from)}</bdi> · <Time atMs={message.sentMs} />
            </span>
          )}
        </span>
      </button>
      {canWrite && message !== null && <IconButton label={t('chats.pinned.unpin')} icon={<PinOff />} side="left" onClick={() => onAct('unpin', message)} />}
    </li>
  )
}
