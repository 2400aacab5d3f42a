import type { OwnDevice } from '../../../shared/model/devices.ts'

/** This one first, then those that are there, then by when they were seen; those that were taken away apart. */
export function sortedDevices(devices: readonly OwnDevice[]): { used: OwnDevice[]; revoked: OwnDevice[] } {
  const rank = (device: OwnDevice): number => (device.here ? 0 : device.connected ? 1 : 2)
  const sorted = devices.toSorted(
    (a, b) => rank(a) - rank(b) || (b.lastSeenMs ?? 0) - (a.lastSeenMs ?? 0) || a.label.localeCompare(b.label),
  )
  return { used: sorted.filter(({ revoked }) => !revoked), revoked: sorted.filter(({ revoked }) => revoked) }
}
