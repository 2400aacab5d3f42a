import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../features/identity/store.ts'
import { Banner } from '../ui/Banner.tsx'
import { fullDate } from '../ui/when.ts'

/** Across the top of the window of an account that counts no more. */
export function RevokedBanner(): ReactNode {
  const { t } = useTranslation()
  const revokedMs = useMe()?.revokedMs
  if (revokedMs === undefined) return null
  return <Banner tone="error" look="bar" title={t('frame.revoked.title')} text={t('frame.revoked.text', { date: fullDate(revokedMs) })} />
}
