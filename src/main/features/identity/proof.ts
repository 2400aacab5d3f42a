import type { PeerId } from '../../../shared/ids.ts'
import type { DeviceList } from './device-list.ts'
import type { Proof } from './types.ts'

export function holds(list: DeviceList, peerId: PeerId): boolean {
  return list.devices.some((device) => device.peerId === peerId)
}

export function proofOf(peerId: PeerId, list: DeviceList, claimedName: string): Proof {
  const deviceLabel = list.devices.find((device) => device.peerId === peerId)?.label ?? ''
  const devices = list.devices.map((device) => device.peerId)
  return { account: list.account, claimedName, deviceLabel, devices, seq: list.seq }
}
