import { MessageCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/EmptyState.tsx'

export function Chats(): ReactNode {
  const { t } = useTranslation()
  return <EmptyState icon={<MessageCircle />} title={t('chats.title')} text="" />
}
