import { Archive, House, Shield, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../../../shared/model/browse.ts'
import { cx } from '../../ui/cx.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import css from './ShieldButton.module.css'

const icons = { live: ShieldCheck, here: House, copy: Archive, none: Shield } as const

/** At the head of the address: whether what is seen is live or a copy, and a way to all that is known of it. */
export function ShieldButton({ tab, isOpen, onClick }: { tab: Tab; isOpen: boolean; onClick: () => void }): ReactNode {
  const { t } = useTranslation()
  const { shield } = tab
  const kind = shield?.source.kind ?? 'none'
  const Icon = icons[kind]
  const refused = shield?.deniedCount ?? 0
  const name = shield?.isMine === true ? t('you') : (shield?.ownerCalled ?? t('browsePages.shield.unmet'))
  const label = t(`browsePages.shield.button.${kind}`, { name })
  return (
    <Tooltip text={label} side="top">
      <button
        type="button"
        className={cx(css.button, css[kind])}
        aria-expanded={isOpen}
        disabled={shield === null}
        onClick={onClick}
      >
        <Icon aria-hidden="true" />
        <span className="visually-hidden">
          {refused === 0 ? label : `${label}, ${t('browsePages.shield.refused', { count: refused })}`}
        </span>
        {kind === 'copy' && <span aria-hidden="true">{t('browsePages.shield.copy')}</span>}
        {refused > 0 && (
          <span className={css.count} aria-hidden="true">
            {refused > 99 ? '99+' : refused}
          </span>
        )}
      </button>
    </Tooltip>
  )
}
