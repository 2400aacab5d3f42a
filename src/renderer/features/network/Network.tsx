import { Waypoints as Icon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/EmptyState.tsx'

export function Network(): ReactNode {
  const { t } = useTranslation()
  return <EmptyState icon={<Icon />} title={t('network.slot.title')} text={t('network.slot.text')} />
}
