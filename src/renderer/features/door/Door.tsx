import { DoorClosed } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/EmptyState.tsx'

export function Door({ section }: { section: string | null }): ReactNode {
  void section
  const { t } = useTranslation()
  return <EmptyState icon={<DoorClosed />} title={t('door.title')} text="" />
}
