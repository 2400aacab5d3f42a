import { Pin, Timer } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '../../../../shared/model/chat.ts'
import { MINUTE, SECOND } from '../../../../shared/units.ts'
import { Sign } from '../../../ui/Sign.tsx'
import { StateTick } from '../../../ui/StateTick.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { clock, fullWhen } from '../../../ui/when.ts'
import { useSpan } from '../use-span.ts'
import { useTalk } from '../talk.ts'
import css from './Meta.module.css'

/** When it was said, how it fares, and what else is true of it. */
export function Meta({ message }: { message: Message }): ReactNode {
  const { t } = useTranslation()
  const { traced, onTrace, conversation } = useTalk()
  const { id, mine, kind, sentMs, editedMs, pinned, expiresMs, state, reach } = message
  const words =
    reach.of > 1 && mine ? t('chats.tick.reach', { state: t(`chats.tick.${state}`), ...reach }) : t(`chats.tick.${state}`)
  return (
    <span className={css.meta}>
      {pinned && <Sign icon={<Pin />} label={t('chats.message.pinned')} />}
      {expiresMs !== null && <Left fromMs={sentMs} untilMs={expiresMs} />}
      {editedMs !== null && kind !== 'deleted' && (
        <span title={fullWhen(editedMs)}>{t('chats.message.edited')}</span>
      )}
      <time dir="ltr" dateTime={new Date(sentMs).toISOString()} title={fullWhen(sentMs)}>
        {clock(sentMs)}
      </time>
      {mine && conversation.kind !== 'self' && (
        <button
          type="button"
          className={css.tick}
          title={words}
          aria-label={t('chats.tick.show', { state: words })}
          aria-pressed={traced === id}
          onClick={() => onTrace(id)}
        >
          <StateTick state={state} />
        </button>
      )}
    </span>
  )
}

/** How long until it disappears. The time moves in whole periods, so what was just sent may be ahead of it. */
function Left({ fromMs, untilMs }: { fromMs: number; untilMs: number }): ReactNode {
  const { t } = useTranslation()
  const span = useSpan()
  const minute = useNow(MINUTE)
  const isNear = untilMs - minute < 2 * MINUTE
  const nowMs = useNow(isNear ? SECOND : MINUTE)
  const left = span(Math.max(0, untilMs - Math.max(fromMs, nowMs)))
  return (
    <span className={css.timer} title={t('chats.message.disappears', { time: left })}>
      <Timer aria-hidden="true" />
      <span aria-hidden="true">{left}</span>
      <span className="visually-hidden">{t('chats.message.disappears', { time: left })}</span>
    </span>
  )
}
