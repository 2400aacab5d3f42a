import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SECOND } from '../../../shared/units.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'

/** How long the table may take before it is said that there is none. */
const LATE_MS = 5 * SECOND

/** While main has not told the routing table. */
export function NotYet(): ReactNode {
  const { t } = useTranslation()
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS)
    return () => clearTimeout(timer)
  }, [])
  if (!late) return <Skeleton label={t('routing.loading')} />
  return <Banner tone="warning" title={t('routing.late')} text={t('routing.lateText')} />
}
