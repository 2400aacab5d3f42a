import { LogOut } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { MessageId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import type { Group } from '../../../shared/model/groups.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { GroupInvitation } from '../groups/GroupInvitation.tsx'
import { Composer } from './composer/Composer.tsx'
import css from './ConversationPane.module.css'
import { Face } from './list/Face.tsx'
import { TalkPane } from './TalkPane.tsx'
import { useMessages } from './use-conversation.ts'
import { useNames } from './use-names.ts'

/** A group, or notes to oneself: what several write to, and what nobody else sees. */
export function SharedPane({ conversation, target }: { conversation: Conversation; target: MessageId | null }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const loaded = useMessages(conversation)
  const { group, id, last, waiting } = conversation
  const isIn = group === null || group.state === 'joined'
  const nothingSaid = last === null || loaded.held?.messages.every(({ kind }) => kind === 'notice') === true
  /** The card in the place of messages asks; where something was said, before one left, the bar below it does. */
  const asksAbove = group?.state === 'invited' && nothingSaid
  const title = group?.title ?? t('chats.notes.title')
  return (
    <TalkPane
      draftKey={id}
      conversation={conversation}
      loaded={loaded}
      title={title}
      target={target}
      canWrite={isIn}
      // oxlint-disable-next-line react/no-unstable-nested-components -- what is given is drawn, not mounted as a component
      header={(tools) => (
        <PaneHeader
          back={{ label: t('chats.conversation.back'), onBack: () => go(paths.chats) }}
          leading={<Face conversation={conversation} size={40} />}
          title={
            <span className={css.who}>
              <span className={css.names}>
                <bdi className={css.name}>{title}</bdi>
              </span>
              <span className={css.presence}>{group === null ? t('chats.notes.note') : <Who group={group} />}</span>
            </span>
          }
          actions={tools}
        />
      )}
      instead={asksAbove ? <GroupInvitation conversation={conversation} /> : null}
      empty={
        <EmptyState
          icon={<Face conversation={conversation} size={56} />}
          title={title}
          text={group === null ? t('chats.notes.empty') : isIn ? t('chats.group.empty') : ''}
        />
      }
      foot={
        asksAbove ? null : group !== null && group.state !== 'joined' ? (
          <NotIn group={group} />
        ) : (
          <Composer draftKey={id} name={title} conversation={conversation} open={() => Promise.resolve(id)}>
            {group !== null && waiting > 0 && <p className={css.waits}>{t('chats.group.waiting', { count: waiting })}</p>}
          </Composer>
        )
      }
    />
  )
}

/** Who is in it, as many as there is room for. */
function Who({ group }: { group: Group }): ReactNode {
  const names = useNames()
  const { t } = useTranslation()
  const joined = group.members.filter(({ state }) => state === 'joined')
  return (
    <bdi>
      {t('chats.group.members', { count: joined.length })} · {joined.map(({ account }) => names.of(account)).join(', ')}
    </bdi>
  )
}

/** Where the composer would be, while one is not in the group. */
function NotIn({ group }: { group: Group }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const names = useNames()
  const answer = useCall((join: boolean) => client.groups.answer({ group: group.id, join }))
  const isInvited = group.state === 'invited'
  return (
    <div className={css.blocked}>
      {!isInvited && <LogOut />}
      <p className={css.blockedWords}>
        {isInvited ? t('chats.group.invitedText', { name: names.of(group.by) }) : t(`chats.group.${group.state === 'removed' ? 'removedText' : 'leftText'}`, { name: names.of(group.by) })}
      </p>
      {isInvited && (
        <>
          <Button size="small" busy={answer.busy} onClick={() => void answer.run(false)}>
            {t('chats.group.decline')}
          </Button>
          <Button size="small" tone="primary" busy={answer.busy} onClick={() => void answer.run(true)}>
            {t('chats.group.join')}
          </Button>
        </>
      )}
      {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
    </div>
  )
}
