import { Hand } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity } from '../../../shared/model/identity.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'

/** The whole window while there is no account, or while its keys cannot be opened. */
export function Welcome({ identity }: { identity: Exclude<Identity, { state: 'ready' }> }): ReactNode {
  const { t } = useTranslation()
  const text = identity.state === 'locked' ? identity.why : t('welcome.slot.text')
  return <EmptyState icon={<Hand />} title={t('welcome.slot.title')} text={text} />
}
