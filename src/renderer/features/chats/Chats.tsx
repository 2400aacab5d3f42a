import { MessageCircle, MessageCirclePlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Route, Switch } from 'wouter'
import { AccountId } from '../../../shared/ids.ts'
import { contactsStore } from '../contacts/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../../nav/pane-width.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Panes } from '../../ui/Panes.tsx'
import { ConversationList, Nobody } from './ConversationList.tsx'
import { ConversationPane } from './ConversationPane.tsx'
import { chatsStore } from './store.ts'

/** The conversations, and the one that is open. */
export function Chats(): ReactNode {
  return (
    <Switch>
      <Route path={`${paths.chats}/:account`}>
        {({ account }) => <Screen chosen={AccountId.safeParse(account).data} />}
      </Route>
      <Route>
        <Screen chosen={undefined} />
      </Route>
    </Switch>
  )
}

function Screen({ chosen }: { chosen: AccountId | undefined }): ReactNode {
  const { t } = useTranslation()
  const { px, set } = usePaneWidth()
  const width = { px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }
  return (
    <Panes
      list={<ConversationList chosen={chosen ?? null} />}
      showing={chosen === undefined ? 'list' : 'content'}
      width={width}
    >
      {chosen === undefined ? <NothingChosen /> : <ConversationPane key={chosen} account={chosen} />}
    </Panes>
  )
}

/** Whether this device has met nobody at all; false while that is not known. */
function useNobody(): boolean {
  const conversations = chatsStore.use(({ freshness, state }) => (freshness === 'loading' ? null : state.conversations))
  const people = contactsStore.use(({ freshness, state }) => (freshness === 'loading' ? null : state))
  return conversations?.size === 0 && people?.size === 0
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
