import { ShieldAlert, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../../shared/model/contacts.ts'
import { cx } from '../../ui/cx.ts'
import css from './Trusted.module.css'

/** Whether somebody's safety words were compared, or may not be theirs any more; nothing where neither is known. */
export function Trusted({ person }: { person: Person | null }): ReactNode {
  const { t } = useTranslation()
  if (person === null || person.trust === 'unverified') return null
  return (
    <span className={cx(css.mark, css[person.trust])}>
      {person.trust === 'verified' ? <ShieldCheck /> : <ShieldAlert />}
      {t(`contacts.trust.${person.trust}`)}
    </span>
  )
}
