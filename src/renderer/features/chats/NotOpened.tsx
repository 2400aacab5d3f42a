import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../ui/Banner.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import type { ChatByName } from './use-chat-by-name.ts'

/** Why a name did not lead to a conversation. */
export function NotOpened({ chat }: { chat: ChatByName }): ReactNode {
  const { t } = useTranslation()
  if (chat.failure !== null) return <FailureNote failure={chat.failure} onDismiss={chat.dismiss} />
  if (chat.why === null) return null
  const dismiss = <IconButton label={t('dismiss')} icon={<X />} onClick={chat.dismiss} />
  return <Banner tone="warning" title={chat.why} text={t('chats.byName.unreachableTodo')} action={dismiss} />
}
