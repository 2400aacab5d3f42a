import { Settings2 as Icon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../ui/EmptyState.tsx'

export function Settings(): ReactNode {
  const { t } = useTranslation()
  return <EmptyState icon={<Icon />} title={t('settings.slot.title')} text={t('settings.slot.text')} />
}
