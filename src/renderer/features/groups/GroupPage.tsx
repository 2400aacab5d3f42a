import { LogOut, PencilLine, Search, UserPlus, UsersRound } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { ConversationId } from '../../../shared/ids.ts'
import type { Group, Member } from '../../../shared/model/groups.ts'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Face } from '../chats/list/Face.tsx'
import { chatsStore } from '../chats/store.ts'
import { AddMembersDialog } from './AddMembersDialog.tsx'
import css from './Groups.module.css'
import { GroupSettings } from './GroupSettings.tsx'
import { EditGroupDialog, HandOnDialog, LeaveDialog, RemoveDialog } from './MemberDialogs.tsx'
import { MemberRow } from './MemberRow.tsx'
import { mayAdd, mayChange, partedMembers } from './rights.ts'
import { useGroup, type GroupTalk } from './use-group.ts'
import { useNamesOf } from './use-names.ts'

/** Who is in a group, in which role, and what it is set to. */
export function GroupPage({ id }: { id: ConversationId }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const isLoading = chatsStore.use(({ freshness }) => freshness === 'loading')
  const talk = useGroup(id)
  const toTalk = (): void => go(talk === null ? paths.chats : paths.conversation(id))
  return (
    <>
      <PaneHeader title={t('groups.page.title')} back={{ label: t('groups.page.back'), onBack: toTalk, isAlways: true }} />
      {talk !== null ? (
        <Page>
          <About talk={talk} />
        </Page>
      ) : isLoading ? (
        <Skeleton label={t('chats.loading')} />
      ) : (
        <EmptyState icon={<UsersRound />} title={t('groups.page.goneTitle')} text={t('groups.page.goneText')} />
      )}
    </>
  )
}

type Act = { act: 'add' | 'edit' | 'leave' } | { act: 'remove' | 'hand-on'; member: Member }

function About({ talk: { conversation, group } }: { talk: GroupTalk }): ReactNode {
  const { t } = useTranslation()
  const [act, setAct] = useState<Act | null>(null)
  const close = (): void => setAct(null)
  const count = group.members.filter(({ state }) => state === 'joined').length
  return (
    <>
      <div className={css.head}>
        <Face conversation={conversation} size={56} />
        <div className={css.headWords}>
          <h2 className={css.title}>
            <bdi>{group.title}</bdi>
          </h2>
          <p className={css.soft}>{t('groups.people', { count })}</p>
        </div>
      </div>
      {mayAdd(group) && (
        <div className={css.buttons}>
          <Button tone="primary" icon={<UserPlus />} onClick={() => setAct({ act: 'add' })}>
            {t('groups.page.invite')}
          </Button>
          {mayChange(group) && (
            <Button icon={<PencilLine />} onClick={() => setAct({ act: 'edit' })}>
              {t('groups.page.edit')}
            </Button>
          )}
        </div>
      )}
      <Members group={group} onAct={setAct} />
      <GroupSettings group={group} />
      {group.state === 'joined' && (
        <Section
          title={t('groups.page.leave')}
          note={t('groups.page.leaveNote')}
          action={
            <Button tone="danger" icon={<LogOut />} onClick={() => setAct({ act: 'leave' })}>
              {t('groups.page.leave')}
            </Button>
          }
        >
          {null}
        </Section>
      )}
      {act?.act === 'add' && <AddMembersDialog group={group} onClose={close} />}
      {act?.act === 'edit' && <EditGroupDialog group={group} onClose={close} />}
      {act?.act === 'leave' && <LeaveDialog group={group} onClose={close} />}
      {act?.act === 'remove' && <RemoveDialog group={group} member={act.member} onClose={close} />}
      {act?.act === 'hand-on' && <HandOnDialog group={group} member={act.member} onClose={close} />}
    </>
  )
}

/** So many are found without a field to search them. */
const FEW = 12

function Members({ group, onAct }: { group: Group; onAct: (act: Act) => void }): ReactNode {
  const { t } = useTranslation()
  const nameOf = useNamesOf()
  const [query, setQuery] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const named = (member: Member): string => nameOf(member.account)
  const wanted = query.trim().toLowerCase()
  const shown = group.members.filter((member) => named(member).toLowerCase().includes(wanted))
  const { joined, invited, former } = partedMembers(shown, named)
  const list = (label: string, members: readonly Member[]): ReactNode => (
    <ul className={css.list} aria-label={label}>
      {members.map((member) => (
        <li key={member.account}>
          <MemberRow
            group={group}
            member={member}
            onRemove={() => onAct({ act: 'remove', member })}
            onHandOn={() => onAct({ act: 'hand-on', member })}
            onFailure={(error) => setFailure(failureOf(error))}
          />
        </li>
      ))}
    </ul>
  )
  return (
    <>
      <Section title={t('groups.page.members')}>
        {failure !== null && <FailureNote failure={failure} onDismiss={() => setFailure(null)} />}
        {group.members.length > FEW && (
          <TextField
            label={t('groups.page.filter')}
            hideLabel
            placeholder={t('groups.page.filter')}
            icon={<Search aria-hidden="true" />}
            value={query}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setQuery(event.target.value)}
          />
        )}
        {shown.length === 0 ? <p className={css.soft}>{t('groups.page.filterNone', { query })}</p> : list(t('groups.page.members'), joined)}
      </Section>
      {invited.length > 0 && (
        <Section title={t('groups.page.invited')} note={t('groups.page.invitedNote')}>
          {list(t('groups.page.invited'), invited)}
        </Section>
      )}
      {former.length > 0 && <Disclosure title={t('groups.page.former')}>{list(t('groups.page.former'), former)}</Disclosure>}
    </>
  )
}
