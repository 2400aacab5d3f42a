import type { DevicesEvent, DevicesSnapshot } from '../../../shared/contract/devices.ts'
import type { Joining } from '../../../shared/model/devices.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

export function applyDevicesEvent(state: DevicesSnapshot, event: DevicesEvent): DevicesSnapshot {
  return event.event === 'devices-changed' ? { ...state, devices: event.devices } : { ...state, linking: event.linking }
}

/** The devices of this account, and the one that is being linked. */
export const devicesStore = createFedStore<DevicesSnapshot, DevicesSnapshot, DevicesEvent>({
  initial: { devices: [], linking: null },
  reset: (_, snapshot) => snapshot,
  apply: applyDevicesEvent,
})

/** How the linking of this device goes, while it has no account. */
export const joiningStore = createFedStore<Joining, Joining, { event: 'joining-changed'; joining: Joining }>({
  initial: { state: 'idle', words: [], name: null, why: null },
  reset: (_, joining) => joining,
  apply: (_, { joining }) => joining,
})
