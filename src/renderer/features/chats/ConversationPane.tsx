import { Ban, UserX } from 'lucide-react'
import { useState, type ReactNode } from 'react'
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
import { Composer } from './composer/Composer.tsx'
import css from './ConversationPane.module.css'
import { FrozenPanel } from './FrozenPanel.tsx'
import { Presence } from './list/Presence.tsx'
import { PinMark } from './PinMark.tsx'
import { PinNotes } from './PinNotes.tsx'
import { TalkPane } from './TalkPane.tsx'
import { useConversationWith, useMessages } from './use-conversation.ts'
import { WaitingNote } from './WaitingNote.tsx'

const nothing: readonly Message[] = []

/** Everything about one person: who they are, whether they let you in, what was said. */
export function ConversationPane({ account, target }: { account: AccountId; target: MessageId | null }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const who = useWho(account)
  const conversation = useConversationWith(account)
  const peopleLoading = contactsStore.use(({ freshness }) => freshness === 'loading')
  const loaded = useMessages(conversation)
  const messages = loaded.held?.messages ?? nothing
  const sent = doorStore.use(({ state }) => lastSentTo(state, account))
  const rules = doorStore.use(({ state }) => state.rules)
  const admission = admissionOf({
    conversation,
    messages,
    sent,
    letIn: letsIn(rules.values(), account, useNow(15_000)),
  })

  if (who.person === null && conversation === null) {
    if (peopleLoading) return <Skeleton look="messages" label={t('chats.conversation.loading')} />
    return <EmptyState icon={<UserX />} title={t('chats.stranger.title')} text={t('chats.stranger.text')} />
  }

  const talk = admission.state === 'in'
  const pin = conversation?.pin ?? null
  const isBlocked = who.person?.blocked === true
  const frozen = !isBlocked && pin !== null && pin.moved !== null ? { ...pin, moved: pin.moved } : null
  const foot = isBlocked ? (
    <BlockedBar account={account} name={who.name} />
  ) : frozen !== null && conversation !== null ? (
    <FrozenPanel who={who} conversation={conversation} pin={frozen} />
  ) : talk ? (
    <Composer
      draftKey={account}
      name={who.name}
      conversation={conversation}
      open={async () => (await client.chat.open({ with: account })).id}
    >
      <WaitingNote who={who} conversation={conversation} />
    </Composer>
  ) : (
    messages.length > 0 && (
      <AskPanel who={who} admission={admission} place="foot" waiting={conversation?.waiting ?? 0} />
    )
  )
  return (
    <TalkPane
      draftKey={account}
      conversation={conversation}
      loaded={loaded}
      title={who.name}
      target={target}
      canWrite={talk && !isBlocked && frozen === null}
      // oxlint-disable-next-line react/no-unstable-nested-components -- what is given is drawn, not mounted as a component
      header={(tools) => <Header who={who} pin={pin} tools={tools} />}
      empty={!talk && frozen === null && <AskPanel who={who} admission={admission} place="middle" />}
      foot={
        <>
          <OtherAsks account={account} name={who.name} />
          {talk && frozen === null && <AllowedFor sent={sent} name={who.name} />}
          {frozen === null && <PinNotes conversation={conversation} name={who.name} />}
          {foot}
        </>
      }
    />
  )
}

function Header({ who, pin, tools }: { who: WhoIsIt; pin: Pin | null; tools: ReactNode }): ReactNode {
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
          <>
            {person !== null && (
              <>
                <TrustButton person={person} name={name} />
                <PersonMenu person={person} name={name} onFailure={(error) => setFailure(failureOf(error))} />
              </>
            )}
            {tools}
          </>
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
      {person?.trust === 'revoked' && (
        <Banner look="bar" tone="error" title={t('contacts.revoked.title', { name })} text={t('contacts.revoked.text')} />
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
