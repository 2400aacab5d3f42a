import type { DoorEvent, DoorSnapshot } from '../../../shared/contract/door.ts'
import { createFedStore } from '../../bridge/fed-store.ts'
import { applyDoorEvent, closedDoor, countCalling, resetDoor, type DoorState } from './state.ts'

export const doorStore = createFedStore<DoorState, DoorSnapshot, DoorEvent>({
  initial: closedDoor,
  reset: resetDoor,
  apply: applyDoorEvent,
})

/** Knocks that wait for an answer, but for those that came quietly. */
export function usePendingCount(): number {
  return doorStore.use(({ state }) => countCalling(state))
}
