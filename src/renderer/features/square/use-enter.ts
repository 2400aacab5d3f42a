import { useLocation } from 'wouter'
import type { RoomName } from '../../../shared/model/square.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall, type Call } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { applySquareEvent } from './state.ts'
import { squareStore } from './store.ts'

/** Enters a room and goes there. */
export function useEnter(): Call<[RoomName], RoomName> {
  const client = useClient()
  const [, navigate] = useLocation()
  return useCall(async (name: RoomName) => {
    const room = await client.square.enter({ room: name })
    // The event of it may come later than the page that shows it.
    squareStore.change((state) => applySquareEvent(state, { event: 'room-changed', room }))
    navigate(paths.room(name))
    return name
  })
}
