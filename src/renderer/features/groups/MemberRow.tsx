import { Crown, Ellipsis, MessageCircle, ShieldPlus, ShieldMinus, UserMinus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Group, Member } from '../../../shared/model/groups.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { Time } from '../../ui/Time.tsx'
import { Trusted } from '../chats/Trusted.tsx'
import { usePerson } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import css from './Groups.module.css'
import { mayAppoint, mayRemove } from './rights.ts'
import { useNamesOf } from './use-names.ts'

export interface MemberRowProps {
  group: Group
  member: Member
  onRemove: () => void
  onHandOn: () => void
  onFailure: (error: unknown) => void
}

/** Somebody of a group, and what this person may do about them. */
export function MemberRow(props: MemberRowProps): ReactNode {
  const { group, member } = props
  const { account, role, state } = member
  const { t } = useTranslation()
  const name = useNamesOf()(account)
  const person = usePerson(account)
  const groups = useActs(props, name)
  return (
    <div className={css.member}>
      <Avatar of={account} />
      <span className={css.who}>
        <span className={css.whoName}>
          <bdi>{name}</bdi>
        </span>
        <span className={css.faint}>
          <Since member={member} group={group} />
        </span>
      </span>
      <Trusted person={person} />
      {state === 'joined' && role !== 'member' && (
        <span className={css.role} data-role={role}>
          {t(`groups.roles.${role}`)}
        </span>
      )}
      {groups.length > 0 && (
        <Menu trigger={<IconButton label={t('groups.page.more', { name })} icon={<Ellipsis />} />} groups={groups} />
      )}
    </div>
  )
}

function Since({ member: { account, by, sinceMs, state }, group }: { member: Member; group: Group }): ReactNode {
  const { t } = useTranslation()
  const nameOf = useNamesOf()
  const time = <Time form="ago" atMs={sinceMs} />
  switch (state) {
    case 'joined':
      return (
        <>
          {t('groups.page.since')} {sinceMs === group.createdMs ? <Time form="ago" atMs={group.createdMs} /> : time}
        </>
      )
    case 'invited':
      return (
        <>
          {t('groups.page.addedBy', { name: nameOf(by) })} {time}
        </>
      )
    case 'left':
      return (
        <>
          {t('groups.page.left')} {time}
        </>
      )
    case 'removed':
      return (
        <>
          {by === account ? t('groups.page.left') : t('groups.page.removedBy', { name: nameOf(by) })} {time}
        </>
      )
  }
}

function useActs({ group, member, onRemove, onHandOn, onFailure }: MemberRowProps, name: string): MenuItem[][] {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const me = useMe()?.account ?? null
  const isKnown = usePerson(member.account) !== null
  const { account, role, state } = member
  if (account === me || name === '') return []
  const setRole = (next: 'moderator' | 'member') => (): void => {
    client.groups.setRole({ group: group.id, account, role: next }).catch(onFailure)
  }
  const appoint: MenuItem[] = mayAppoint(group, member)
    ? [
        role === 'moderator'
          ? { id: 'demote', label: t('groups.menu.demote'), icon: <ShieldMinus />, onChoose: setRole('member') }
          : { id: 'promote', label: t('groups.menu.promote'), note: t('groups.menu.promoteNote'), icon: <ShieldPlus />, onChoose: setRole('moderator') },
        { id: 'hand-on', label: t('groups.menu.handOn'), note: t('groups.menu.handOnNote'), icon: <Crown />, onChoose: onHandOn },
      ]
    : []
  const groups: MenuItem[][] = [
    isKnown ? [{ id: 'write', label: t('groups.menu.write'), icon: <MessageCircle />, onChoose: () => go(paths.chatWith(account)) }] : [],
    appoint,
    mayRemove(group, member)
      ? [
          {
            id: 'remove',
            label: state === 'invited' ? t('groups.menu.uninvite') : t('groups.menu.remove'),
            icon: <UserMinus />,
            tone: 'danger',
            onChoose: onRemove,
          },
        ]
      : [],
  ]
  return groups.filter((items) => items.length > 0)
}
