import type { ReactNode } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { Browse } from '../features/browse/Browse.tsx'
import { Chats } from '../features/chats/Chats.tsx'
import { Door } from '../features/door/Door.tsx'
import { Ledger } from '../features/ledger/Ledger.tsx'
import { Names } from '../features/names/Names.tsx'
import { Network } from '../features/network/Network.tsx'
import { Settings } from '../features/settings/Settings.tsx'
import { Square } from '../features/square/Square.tsx'
import { paths } from '../nav/paths.ts'
import { modifier } from './use-shortcuts.ts'

/** Every place of the window. What lies below a place is the place's own matter. */
export function Routes(): ReactNode {
  return (
    <Switch>
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
