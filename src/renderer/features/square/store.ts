import type { SquareEvent, SquareSnapshot } from '../../../shared/contract/square.ts'
import type { Room, RoomName } from '../../../shared/model/square.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applySquareEvent, countUnread, noSquare, resetSquare, type SquareState } from './state.ts'

export const squareStore = createFedStore<SquareState, SquareSnapshot, SquareEvent>({
  initial: noSquare,
  reset: resetSquare,
  apply: applySquareEvent,
})

export function useRoom(name: RoomName | null): Room | null {
  return squareStore.use(({ state }) => (name === null ? null : (state.rooms.get(name) ?? null)))
}

/** Unread messages of all rooms. */
export function useUnreadInRooms(): number {
  return squareStore.use(({ state }) => countUnread(state))
}
