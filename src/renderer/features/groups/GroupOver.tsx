import { LogOut, UserMinus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Group } from '../../../shared/model/groups.ts'
import css from './Groups.module.css'
import { useNamesOf } from './use-names.ts'

/** In the place of the field for writing, where this account is in the group no more. */
export function GroupOver({ group: { state, by } }: { group: Group }): ReactNode {
  const { t } = useTranslation()
  const nameOf = useNamesOf()
  if (state !== 'left' && state !== 'removed') return null
  return (
    <div className={css.over} role="status">
      {state === 'left' ? <LogOut aria-hidden="true" /> : <UserMinus aria-hidden="true" />}
      <p>
        <strong>{state === 'left' ? t('groups.over.left') : t('groups.over.removed', { name: nameOf(by) })}</strong> {t('groups.over.text')}
      </p>
    </div>
  )
}
