import { Clock3, Hourglass, MessageCirclePlus, ShieldAlert, Snowflake, UserPlus, Users } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import { Link } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import type { Conversation } from '../../../shared/model/chat.ts'
import { contactsStore } from '../contacts/store.ts'
import { useWho } from '../contacts/use-who.ts'
import { lastSentTo } from '../door/state.ts'
import { doorStore } from '../door/store.ts'
import { BesideLedgerName } from '../names/LedgerName.tsx'
import { peerOf, peersStore, usePeerOf } from '../peers/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Row, rowAction } from '../../ui/Row.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { isUnderWay } from './ask-view.ts'
import css from './ConversationList.module.css'
import { listEntries, type ListEntry } from './list-entries.ts'
import { chatsStore } from './store.ts'
import { useNextConversation } from './use-next-conversation.ts'

export function ConversationList({ chosen }: { chosen: AccountId | null }): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const loading = chatsStore.use(({ freshness }) => freshness === 'loading')
  const conversations = chatsStore.use(({ state }) => state.conversations)
  const people = contactsStore.use(({ state }) => state)
  const peers = peersStore.use(({ state }) => state.peers)
  const entries = useMemo(
    () => listEntries(conversations, people, (account) => peerOf(peers, account)?.state === 'connected'),
    [conversations, people, peers],
  )
  useNextConversation(entries, chosen)

  return (
    <>
      <PaneHeader
        title={t('chats.title')}
        actions={
          <IconButton label={t('chats.start')} icon={<MessageCirclePlus />} onClick={() => show('start-chat')} />
        }
      />
      {loading ? (
        <Skeleton label={t('chats.loading')} />
      ) : entries.length === 0 ? (
        <div className={css.narrowOnly}>
          <Nobody />
        </div>
      ) : (
        <nav className={css.list} aria-label={t('chats.listLabel')}>
          <Virtuoso
            data={entries}
            context={chosen}
            computeItemKey={keyOf}
            increaseViewportBy={200}
            itemContent={renderEntry}
          />
        </nav>
      )}
    </>
  )
}

function keyOf(_: number, entry: ListEntry): string {
  return entry.kind === 'label' ? 'label' : entry.account
}

function renderEntry(_: number, entry: ListEntry, chosen: AccountId | null): ReactNode {
  return <Entry entry={entry} chosen={chosen} />
}

/** Nobody was met yet: in the content, or in the list where there is no room for both. */
export function Nobody(): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  return (
    <EmptyState
      icon={<Users />}
      title={t('chats.empty.title')}
      text={t('chats.empty.text')}
      action={
        <Button tone="primary" icon={<UserPlus />} onClick={() => show('invite')}>
          {t('chats.empty.invite')}
        </Button>
      }
    />
  )
}

function Entry({ entry, chosen }: { entry: ListEntry; chosen: AccountId | null }): ReactNode {
  const { t } = useTranslation()
  if (entry.kind === 'label') return <h2 className={css.label}>{t('chats.people')}</h2>
  return (
    <div className={css.entry}>
      <Link
        href={paths.chatWith(entry.account)}
        className={rowAction ?? ''}
        aria-current={entry.account === chosen ? 'page' : undefined}
      >
        {entry.kind === 'conversation' ? (
          <ConversationRow account={entry.account} conversation={entry.conversation} />
        ) : (
          <PersonRow account={entry.account} />
        )}
      </Link>
    </div>
  )
}

function ConversationRow({ account, conversation }: { account: AccountId; conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const { name, person } = useWho(account)
  const { last, pin, unread, waiting } = conversation
  const isAsked = useIsAsked(account)
  return (
    <Row
      className={unread > 0 ? css.unread : undefined}
      leading={<Avatar of={account} />}
      title={<BesideLedgerName account={account}>{name}</BesideLedgerName>}
      meta={last !== null && <Time atMs={last.storedMs} />}
      detail={
        person?.trust === 'changed' ? (
          <span className={css.changed}>
            <ShieldAlert />
            {t('contacts.trust.changed')}
          </span>
        ) : pin !== null && pin.moved !== null ? (
          <span className={css.frozen}>
            <Snowflake />
            {t('chats.frozen.short', { pinned: pin.fullName })}
          </span>
        ) : isAsked ? (
          <Waiting />
        ) : (
          <LastLine conversation={conversation} />
        )
      }
      trailing={
        unread > 0 ? (
          <Badge count={unread} label={t('frame.unread', { count: unread })} />
        ) : (
          waiting > 0 && (
            <span className={css.waiting}>
              <Clock3 />
              <span className="visually-hidden">{t('chats.waitingShort')}</span>
            </span>
          )
        )
      }
    />
  )
}

function LastLine({ conversation: { last } }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  if (last === null) return t('chats.said.nothing')
  return <bdi>{last.mine ? t('chats.said.me', { text: last.text }) : last.text}</bdi>
}

function PersonRow({ account }: { account: AccountId }): ReactNode {
  const { name } = useWho(account)
  const isAsked = useIsAsked(account)
  return (
    <Row
      leading={<Avatar of={account} />}
      title={<BesideLedgerName account={account}>{name}</BesideLedgerName>}
      detail={isAsked ? <Waiting /> : <Presence account={account} />}
    />
  )
}

/** Whether they were asked to let you in, and have not answered. */
function useIsAsked(account: AccountId): boolean {
  return doorStore.use(({ state }) => {
    const sent = lastSentTo(state, account)
    return sent !== null && isUnderWay(sent)
  })
}

function Waiting(): ReactNode {
  const { t } = useTranslation()
  return (
    <span className={css.asked}>
      <Hourglass />
      {t('chats.ask.short')}
    </span>
  )
}

/** Whether a device of theirs is connected, and how; else when they were last seen. */
export function Presence({ account }: { account: AccountId }): ReactNode {
  const { t } = useTranslation()
  const { person } = useWho(account)
  const peer = usePeerOf(account)
  if (peer?.state === 'connected') {
    const roundTrip = peer.rttMs === null ? null : t('route.roundTrip', { ms: Math.max(1, Math.round(peer.rttMs)) })
    const route = peer.route === null ? t('chats.presence.connected') : t(`route.${peer.route}`)
    return [route, roundTrip].filter(Boolean).join(' · ')
  }
  if (peer?.state === 'connecting') return t('chats.presence.connecting')
  if (person?.lastSeenMs == null) return t('chats.presence.away')
  return (
    <>
      {t('chats.presence.away')} · {t('chats.presence.lastSeen')} <Time form="ago" atMs={person.lastSeenMs} />
    </>
  )
}
