import { openDeviceList } from '../features/identity/index.ts'
import type { ReadDeviceList } from '../features/peers/index.ts'

/** Whose list it is, and their devices. *Errors*: Error, where it does not hold. */
export const readDeviceList: ReadDeviceList = async (envelope) => {
  const opened = await openDeviceList(envelope)
  if (opened.outcome !== 'valid') throw new Error(opened.why)
  const { account, devices } = opened.signed.list
  return { account, devices: devices.map(({ peerId }) => peerId) }
}
