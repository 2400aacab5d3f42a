import type { ReactNode } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { Browse } from '../features/browse/Browse.tsx'
import { Chats } from '../features/chats/Chats.tsx'
import { Door } from '../features/door/Door.tsx'
import { FilesPage } from '../features/files/FilesPage.tsx'
import { GroupPage } from '../features/groups/GroupPage.tsx'
import { Ledger } from '../features/ledger/Ledger.tsx'
import { Names } from '../features/names/Names.tsx'
import { Network } from '../features/network/Network.tsx'
import { SearchPage } from '../features/search/SearchPage.tsx'
import { Settings } from '../features/settings/Settings.tsx'
import { Square } from '../features/square/Square.tsx'
import { ConversationId } from '../../shared/ids.ts'
import { modifier } from '../nav/modifier.ts'
import { paths } from '../nav/paths.ts'
import { ChatsPlace } from './ChatsPlace.tsx'

/** Every place of the window. What lies below a place is the place's own matter. */
export function Routes(): ReactNode {
  return (
    <Switch>
      <Route path={`${paths.search}/in/:conversation`}>
        {({ conversation }) => (
          <ChatsPlace>
            <SearchPage key={conversation} {...inConversation(conversation)} />
          </ChatsPlace>
        )}
      </Route>
      <Route path={`${paths.search}/of/:text`}>
        {({ text }) => (
          <ChatsPlace>
            <SearchPage key={text} text={decoded(text)} />
          </ChatsPlace>
        )}
      </Route>
      <Route path={paths.search}>
        <ChatsPlace>
          <SearchPage />
        </ChatsPlace>
      </Route>
      <Route path={paths.transfers}>
        <ChatsPlace>
          <FilesPage />
        </ChatsPlace>
      </Route>
      <Route path={`${paths.chats}/:group/group`}>
        {({ group }) => {
          const id = ConversationId.safeParse(group).data
          if (id === undefined) return <Redirect to={paths.chats} replace />
          return (
            <ChatsPlace here={paths.conversation(id)}>
              <GroupPage key={id} id={id} />
            </ChatsPlace>
          )
        }}
      </Route>
      <Route path={`${paths.chats}/*?`}>
        <Chats />
      </Route>
      <Route path={`${paths.door}/:section?`}>
        {({ section }) => <Door section={section ?? null} />}
      </Route>
      <Route path={`${paths.names}/*?`}>
        <Names />
      </Route>
      <Route path={`${paths.browse}/*?`}>
        <Browse held={modifier()} />
      </Route>
      <Route path={`${paths.network}/*?`}>
        <Network />
      </Route>
      <Route path={`${paths.ledger}/*?`}>
        <Ledger />
      </Route>
      <Route path={`${paths.square}/*?`}>
        <Square />
      </Route>
      <Route path={`${paths.settings}/*?`}>
        <Settings />
      </Route>
      <Redirect to={paths.chats} replace />
    </Switch>
  )
}

function inConversation(text: string): { conversation?: ConversationId } {
  const { data } = ConversationId.safeParse(text)
  return data === undefined ? {} : { conversation: data }
}

/** What stands behind the `#` may have been typed by hand; the router decodes what it can. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
