import { Shield, ShieldAlert, ShieldCheck, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cx } from '../../ui/cx.ts'
import type { Look } from './knock-wording.ts'
import css from './TrustMark.module.css'

const icons = { stranger: UserRound, unverified: Shield, verified: ShieldCheck, changed: ShieldAlert, revoked: ShieldAlert } as const

/** How sure it is that this is them, beside their name: by shape and word, and by colour too. */
export function TrustMark({ look }: { look: Look }): ReactNode {
  const { t } = useTranslation()
  const Icon = icons[look]
  return (
    <span className={cx(css.mark, css[look])}>
      <Icon aria-hidden="true" />
      {t(`door.knock.mark.${look}`)}
    </span>
  )
}
