import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../../shared/model/chat.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { usePeerOf } from '../peers/store.ts'
import css from './WaitingNote.module.css'

interface WaitingProps {
  who: WhoIsIt
  conversation: Conversation | null
}

/** What has not arrived yet, and why; or that what is written now will wait. */
export function WaitingNote({ who, conversation }: WaitingProps): ReactNode {
  const { t } = useTranslation()
  const { name } = who
  const away = usePeerOf(who.account)?.state !== 'connected'
  const waiting = conversation?.waiting ?? 0
  // Why these wait is said above it.
  if (conversation?.left != null) return null
  const words = { name, count: waiting }
  // It does not come back; the conversation's head says so.
  if (who.person?.trust === 'revoked') return waiting === 0 ? null : <p className={css.waiting}>{t('chats.waiting.revoked', words)}</p>
  if (waiting > 0 && (conversation?.waitingFor === 'peer' || away)) {
    return <p className={css.waiting}>{t('chats.waiting.peer', words)}</p>
  }
  if (waiting > 0 && conversation?.waitingFor === 'door') {
    return <p className={css.waiting}>{t('chats.waiting.door', words)}</p>
  }
  if (away) return <p className={css.waiting}>{t('chats.waiting.away', { name })}</p>
  return null
}
