import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Groups.module.css'

/** The groups somebody is in, small, beside their name. */
export function GroupTags({ groups }: { groups: readonly string[] }): ReactNode {
  const { t } = useTranslation()
  if (groups.length === 0) return null
  return (
    <span className={css.tags}>
      <span className="visually-hidden">{t('contacts.groups.in')} </span>
      {groups.map((group) => (
        <bdi key={group} className={css.tag}>
          {group}
        </bdi>
      ))}
    </span>
  )
}
