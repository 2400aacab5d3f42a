import { X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import type { KnownNetwork } from '../../../shared/model/networks.ts'
import { paths } from '../../nav/paths.ts'
import { Banner } from '../../ui/Banner.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import css from './NowActive.module.css'
import { useActiveNetwork } from './store.ts'

/**
 * Across the top once another network became the active one, whatever did it: an invitation that was used, a link, a
 * command elsewhere. The list of networks shows it by itself.
 */
export function NowActive(): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  const active = useActiveNetwork()
  const [seen, setSeen] = useState<KnownNetwork['id'] | null>(null)
  if (active === null) return null
  // The one that was active when the window opened is no news.
  if (seen === null) setSeen(active.id)
  if (seen === null || seen === active.id) return null
  const dismiss = (): void => setSeen(active.id)
  if (location === paths.networks) {
    dismiss()
    return null
  }
  return (
    <Banner
      look="bar"
      title={t('networks.told.title', { label: active.label })}
      text={
        <>
          {t('networks.told.text')}{' '}
          <Link href={paths.networks} className={css.link}>
            {t('networks.told.show')}
          </Link>
        </>
      }
      action={<IconButton label={t('dismiss')} icon={<X />} onClick={dismiss} />}
    />
  )
}
