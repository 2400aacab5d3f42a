import { Ban, UserX } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { AccountId, MessageId } from '../../../shared/ids.ts'
import type { Message, Pin } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import { GroupTags } from '../contacts/GroupTags.tsx'
import { contactsStore } from '../contacts/store.ts'
import { PersonMenu } from '../contacts/PersonMenu.tsx'
import { TrustButton } from '../contacts/TrustButton.tsx'
import { useWho, type WhoIsIt } from '../contacts/use-who.ts'
import { doorStore } from '../door/store.ts'
import { lastSentTo } from '../door/state.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import { usePeerOf } from '../peers/store.ts'
import { RelayedLine } from '../reach/RelayedLine.tsx'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { useNow } from '../../ui/use-now.ts'
import { admissionOf, letsIn } from './admission.ts'
import { AllowedFor, OtherAsks } from './Asked.tsx'
import { AskPanel } from './AskPanel.tsx'
import { Composer } from './Composer.tsx'
import { Presence } from './ConversationList.tsx'
import css from './ConversationPane.module.css'
import { FrozenPanel } from './FrozenPanel.tsx'
import { MessageList } from './MessageList.tsx'
import { PinMark } from './PinMark.tsx'
import { PinNotes } from './PinNotes.tsx'
import { TracePanel } from './TracePanel.tsx'
import { useConversationWith, useMessages } from './use-conversation.ts'

const nothing: readonly Message[] = []

/** Everything about one person: who they are, whether they let you in, what was said. */
export function ConversationPane({ account }: { account: AccountId }): ReactNode {
  const { t } = useTranslation()
  const who = useWho(account)
  const conversation = useConversationWith(account)
  const peopleLoading = contactsStore.use(({ freshness }) => freshness === 'loading')
  const { held, newest, older } = useMessages(conversation)
  const messages = held?.messages ?? nothing
  const sent = doorStore.use(({ state }) => lastSentTo(state, account))
  const rules = doorStore.use(({ state }) => state.rules)
  const admission = admissionOf({
    conversation,
    messages,
    sent,
    letIn: letsIn(rules.values(), account, useNow(15_000)),
  })
  const [openedMs] = useState(() => Date.now())
  const [traced, setTraced] = useState<MessageId | null>(null)
  const tracedMessage = messages.find((message) => message.id === traced)

  useEffect(() => {
    if (traced === null) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) setTraced(null)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [traced])

  if (who.person === null && conversation === null) {
    if (peopleLoading) return <Skeleton look="messages" label={t('chats.conversation.loading')} />
    return <EmptyState icon={<UserX />} title={t('chats.stranger.title')} text={t('chats.stranger.text')} />
  }

  const talk = admission.state === 'in'
  const pin = conversation?.pin ?? null
  const isBlocked = who.person?.blocked === true
  const frozen = !isBlocked && pin !== null && pin.moved !== null ? { ...pin, moved: pin.moved } : null
  return (
    <div className={css.pane}>
      <div className={css.column}>
        <Header who={who} pin={pin} />
        {newest.failure !== null && (
          <div className={css.note}>
            <FailureNote failure={newest.failure} onRetry={() => void newest.run()} />
          </div>
        )}
        <div className={css.body}>
          {conversation !== null && held !== null && messages.length > 0 ? (
            <MessageList
              conversation={conversation}
              held={held}
              who={who}
              openedMs={openedMs}
              older={older}
              traced={traced}
              onTrace={setTraced}
            />
          ) : conversation !== null && held === null && conversation.last !== null ? (
            newest.failure === null && <Skeleton look="messages" label={t('chats.conversation.loading')} />
          ) : (
            !talk && frozen === null && <AskPanel who={who} admission={admission} place="middle" />
          )}
        </div>
        <OtherAsks account={account} name={who.name} />
        {talk && frozen === null && <AllowedFor sent={sent} name={who.name} />}
        {frozen === null && <PinNotes conversation={conversation} name={who.name} />}
        {isBlocked ? (
          <BlockedBar account={account} name={who.name} />
        ) : frozen !== null && conversation !== null ? (
          <FrozenPanel who={who} conversation={conversation} pin={frozen} />
        ) : talk ? (
          <Composer who={who} conversation={conversation} />
        ) : (
          messages.length > 0 && (
            <AskPanel who={who} admission={admission} place="foot" waiting={conversation?.waiting ?? 0} />
          )
        )}
      </div>
      {tracedMessage !== undefined && (
        <TracePanel
          key={`${tracedMessage.id} ${tracedMessage.state}`}
          message={tracedMessage}
          onClose={() => setTraced(null)}
        />
      )}
    </div>
  )
}

function Header({ who, pin }: { who: WhoIsIt; pin: Pin | null }): ReactNode {
  const { t } = useTranslation()
  const [, go] = useLocation()
  const [failure, setFailure] = useState<Failure | null>(null)
  const { person, name, claimed, account } = who
  return (
    <>
      <PaneHeader
        back={{ label: t('chats.conversation.back'), onBack: () => go(paths.chats) }}
        leading={<Avatar of={account} size={40} />}
        title={
          <span className={css.who}>
            <span className={css.names}>
              <span className={css.called}>
                <bdi className={css.name}>{name}</bdi>
                <LedgerName account={account} />
                {pin !== null && <PinMark pin={pin} name={name} />}
              </span>
              {claimed !== null && (
                <span className={css.claimed}>
                  <bdi>{t('person.callsThemselves', { name: claimed })}</bdi>
                </span>
              )}
              {person !== null && <GroupTags groups={person.groups} />}
              {person?.demo === true && (
                <span className={css.tag} title={t('person.demoNote')}>
                  {t('person.demo')}
                </span>
              )}
            </span>
            <span className={css.presence}>
              <Way account={account} />
            </span>
          </span>
        }
        actions={
          person !== null && (
            <>
              <TrustButton person={person} name={name} />
              <PersonMenu person={person} name={name} onFailure={(error) => setFailure(failureOf(error))} />
            </>
          )
        }
      />
      {person?.trust === 'changed' && (
        <Banner
          look="bar"
          tone="error"
          title={t('contacts.changed.title', { name })}
          text={t('contacts.changed.text')}
        />
      )}
      {failure !== null && <FailureNote failure={failure} onDismiss={() => setFailure(null)} />}
    </>
  )
}

/** How the conversation runs: what is left of a circuit where it is relayed, else route and round trip. */
function Way({ account }: { account: AccountId }): ReactNode {
  const peer = usePeerOf(account)
  if (peer?.state === 'connected' && peer.fuel !== null) return <RelayedLine peer={peer} fuel={peer.fuel} />
  return <Presence account={account} />
}

function BlockedBar({ account, name }: { account: AccountId; name: string }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const unblock = useCall(() => client.door.block({ account, blocked: false }))
  return (
    <div className={css.blocked}>
      <Ban />
      <p className={css.blockedWords}>
        <strong>{t('contacts.blockedBar.title', { name })}</strong> {t('contacts.blockedBar.text')}
      </p>
      <Button size="small" busy={unblock.busy} onClick={() => void unblock.run()}>
        {t('contacts.blockedBar.unblock')}
      </Button>
    </div>
  )
}
