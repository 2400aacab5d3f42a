import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../../shared/model/chat.ts'
import { SECOND } from '../../../shared/units.ts'
import { useNow } from '../../ui/use-now.ts'
import { typingIn } from './state.ts'
import { chatsStore } from './store.ts'
import css from './TypingRow.module.css'
import { useNames } from './use-names.ts'

/** Who is writing something now. Its room is there all the time, so that nothing moves when somebody begins. */
export function TypingRow({ conversation }: { conversation: Conversation }): ReactNode {
  const words = useTyping(conversation)
  return (
    <p className={css.row} aria-live="polite">
      {words !== null && (
        <>
          <span className={css.dots} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <bdi>{words}</bdi>
        </>
      )}
    </p>
  )
}

/** In words who types; null: nobody. */
export function useTyping({ id, kind }: Conversation): string | null {
  const { t } = useTranslation()
  const names = useNames()
  const nowMs = useNow(SECOND)
  const typing = chatsStore.use(({ state }) => state.typing.get(id))
  if (typing === undefined) return null
  const who = chatsStore.api.getState().state
  const [first, second, ...others] = typingIn(who, id, nowMs)
  if (first === undefined) return null
  if (kind !== 'group') return t('chats.typing.one', { name: names.of(first) })
  if (second === undefined) return t('chats.typing.one', { name: names.of(first) })
  if (others.length === 0) return t('chats.typing.two', { name: names.of(first), other: names.of(second) })
  return t('chats.typing.many', { name: names.of(first), count: others.length + 1 })
}
