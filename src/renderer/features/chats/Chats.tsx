import { MessageCircle, MessageCirclePlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Route, Switch } from 'wouter'
import { AccountId, ConversationId, MessageId } from '../../../shared/ids.ts'
import { contactsStore } from '../contacts/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../../nav/pane-width.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Panes } from '../../ui/Panes.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { ConversationList, Nobody } from './ConversationList.tsx'
import { ConversationPane } from './ConversationPane.tsx'
import { isListed, pathOf } from './list-entries.ts'
import { SharedPane } from './SharedPane.tsx'
import { chatsStore } from './store.ts'
import { useConversation } from './use-conversation.ts'

/** The conversations, and the one that is open. */
export function Chats(): ReactNode {
  return (
    <Switch>
      <Route path={`${paths.chats}/:key/:message?`}>
        {({ key, message }) => <Chosen chosen={key} target={MessageId.safeParse(message).data ?? null} />}
      </Route>
      <Route>
        <Screen here={null}>{null}</Screen>
      </Route>
    </Switch>
  )
}

/** By who somebody is, or by the id of a conversation. */
function Chosen({ chosen, target }: { chosen: string; target: MessageId | null }): ReactNode {
  const account = AccountId.safeParse(chosen).data
  const id = ConversationId.safeParse(chosen).data
  if (account !== undefined) return <With account={account} target={target} />
  if (id !== undefined) return <Known id={id} target={target} />
  return <Screen here={null}>{null}</Screen>
}

function With({ account, target }: { account: AccountId; target: MessageId | null }): ReactNode {
  return (
    <Screen here={paths.chatWith(account)}>
      <ConversationPane key={account} account={account} target={target} />
    </Screen>
  )
}

function Known({ id, target }: { id: ConversationId; target: MessageId | null }): ReactNode {
  const { t } = useTranslation()
  const conversation = useConversation(id)
  const loading = chatsStore.use(({ freshness }) => freshness === 'loading')
  if (conversation?.kind === 'direct' && conversation.with !== null) return <With account={conversation.with} target={target} />
  return (
    <Screen here={conversation === null ? paths.conversation(id) : pathOf(conversation)}>
      {conversation !== null ? (
        <SharedPane key={id} conversation={conversation} target={target} />
      ) : loading ? (
        <Skeleton look="messages" label={t('chats.conversation.loading')} />
      ) : (
        <EmptyState icon={<MessageCircle />} title={t('chats.gone.title')} text={t('chats.gone.text')} />
      )}
    </Screen>
  )
}

/** `here`: the path of the conversation that is open; null: none is. */
function Screen({ here, children }: { here: string | null; children: ReactNode }): ReactNode {
  const { t } = useTranslation()
  const { px, set } = usePaneWidth()
  const width = { px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }
  return (
    <Panes list={<ConversationList here={here} />} showing={here === null ? 'list' : 'content'} width={width}>
      {here === null ? <NothingChosen /> : children}
    </Panes>
  )
}

/** Whether this device has met nobody at all; false while that is not known. */
function useNobody(): boolean {
  const conversations = chatsStore.use(({ freshness, state }) => (freshness === 'loading' ? null : state.conversations))
  const people = contactsStore.use(({ freshness, state }) => (freshness === 'loading' ? null : state))
  return conversations !== null && people?.size === 0 && ![...conversations.values()].some(isListed)
}

function NothingChosen(): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  const nobody = useNobody()
  if (nobody) return <Nobody />
  return (
    <EmptyState
      icon={<MessageCircle />}
      title={t('chats.choose.title')}
      text={t('chats.choose.text')}
      action={
        <Button icon={<MessageCirclePlus />} onClick={() => show('start-chat')}>
          {t('chats.start')}
        </Button>
      }
    />
  )
}
