import { Megaphone } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Route, Switch } from 'wouter'
import { RoomName } from '../../../shared/model/square.ts'
import { LIST_MAX_PX, LIST_MIN_PX, usePaneWidth } from '../../nav/pane-width.ts'
import { paths } from '../../nav/paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Panes } from '../../ui/Panes.tsx'
import { NoRooms, RoomList } from './RoomList.tsx'
import { RoomPage } from './RoomPage.tsx'
import { squareStore } from './store.ts'

/** The public rooms of the active network, and the one that is open. */
export function Square(): ReactNode {
  return (
    <Switch>
      <Route path={`${paths.square}/:room`}>{({ room }) => <Screen chosen={room} />}</Route>
      <Route>
        <Screen chosen={null} />
      </Route>
    </Switch>
  )
}

function Screen({ chosen }: { chosen: string | null }): ReactNode {
  const { t } = useTranslation()
  const { px, set } = usePaneWidth()
  return (
    <Panes
      list={<RoomList chosen={RoomName.safeParse(chosen).data ?? null} />}
      showing={chosen === null ? 'list' : 'content'}
      width={{ px, min: LIST_MIN_PX, max: LIST_MAX_PX, label: t('frame.resizeList'), onChange: set }}
    >
      {chosen === null ? <NothingChosen /> : <RoomPage key={chosen} typed={chosen} />}
    </Panes>
  )
}

function NothingChosen(): ReactNode {
  const { t } = useTranslation()
  const none = squareStore.use(({ freshness, state }) => freshness !== 'loading' && state.rooms.size === 0)
  if (none) return <NoRooms />
  return <EmptyState icon={<Megaphone />} title={t('square.choose.title')} text={t('square.choose.text')} />
}
