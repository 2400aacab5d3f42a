import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Group } from '../../../../shared/model/groups.ts'
import { Avatar } from '../../../ui/Avatar.tsx'
import { paths } from '../../../nav/paths.ts'
import { useTalk } from '../talk.ts'
import css from './Details.module.css'

const ranks = { owner: 0, moderator: 1, member: 2 } as const
/** All of them are on the group's own page. */
const SHOWN = 8

/** Who is in a group, those with a say first. */
export function Members({ group }: { group: Group }): ReactNode {
  const { t } = useTranslation()
  const { names } = useTalk()
  const members = group.members
    .filter(({ state }) => state === 'joined' || state === 'invited')
    .toSorted((a, b) => ranks[a.role] - ranks[b.role] || names.of(a.account).localeCompare(names.of(b.account)))
  return (
    <section className={css.part}>
      <h3 className={css.heading}>{t('chats.group.who')}</h3>
      <div className={css.rows}>
        {members.slice(0, SHOWN).map(({ account, role, state }) => {
          const note = state === 'invited' ? t('chats.group.wasInvited') : role === 'member' ? null : t(`chats.group.role.${role}`)
          const words = (
            <>
              <Avatar of={account} size={24} />
              <span className={css.words}>
                <bdi>{names.of(account)}</bdi>
              </span>
              {note !== null && <span className={css.note}>{note}</span>}
            </>
          )
          return account === names.me ? (
            <div key={account} className={css.row}>
              {words}
            </div>
          ) : (
            <Link key={account} href={paths.chatWith(account)} className={css.row}>
              {words}
            </Link>
          )
        })}
        <Link href={paths.group(group.id)} className={css.row}>
          <span className={css.words}>{members.length > SHOWN ? t('chats.group.all', { count: members.length }) : t('chats.group.manage')}</span>
        </Link>
      </div>
    </section>
  )
}
