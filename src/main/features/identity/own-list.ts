import type { PrivateKey } from '@libp2p/interface'
import type { AccountId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import {
  acceptDeviceList,
  firstDeviceList,
  joinDeviceLists,
  signDeviceList,
  withDevice,
  type ChangedList,
  type Device,
  type DeviceList,
  type SignedList,
} from './device-list.ts'
import type { ListStore } from './list-store.ts'

export interface OwnListParts {
  readonly store: ListStore
  readonly clock: Clock
  readonly log: Log
  readonly account: AccountId
  readonly accountKey: PrivateKey
  readonly mine: Device
}

export interface OwnList {
  current(): SignedList
  /**
   * Another list that this account signed was found, by another device of it. Where it says more than this one, the two
   * become one; `changed` says that others should hear of the outcome.
   */
  found(offered: SignedList): Promise<'changed' | 'unchanged'>
  /** Signed and kept. */
  change(to: (list: DeviceList, nowMs: number) => ChangedList): Promise<'changed' | Exclude<ChangedList['outcome'], 'changed'>>
  /** Signed and not kept; null where there is no room. */
  listWith(device: Device): Promise<SignedList | null>
}

/** The list of this account as this device says it: the one kept here, or a first one, with this device in it. */
export async function openOwnList({ store, clock, log, account, accountKey, mine }: OwnListParts): Promise<OwnList> {
  const kept = store.get(account) ?? (await signed(firstDeviceList(account, mine, clock.nowMs())))
  if (kept === null) throw new Error('a device list of one device was too large')
  // It may be one of other devices alone: of an account that came here from another one, or from a backup.
  let current = (await joined(kept, kept)) ?? kept
  keep(current)
  let queue: Promise<unknown> = Promise.resolve()

  return {
    current: () => current,
    found(offered) {
      const done = queue.then(() => take(offered))
      queue = done.catch(() => {})
      return done
    },
    change(to) {
      const done = queue.then(() => changed(to))
      queue = done.catch(() => {})
      return done
    },
    async listWith(device) {
      await queue
      const built = withDevice(current.list, device, clock.nowMs())
      return built.outcome === 'changed' ? signed(built.list) : null
    },
  }

  async function changed(to: (list: DeviceList, nowMs: number) => ChangedList): Promise<'changed' | Exclude<ChangedList['outcome'], 'changed'>> {
    const built = to(current.list, clock.nowMs())
    if (built.outcome !== 'changed') return built.outcome
    const next = await signed(built.list)
    if (next === null) return 'full'
    keep(next)
    return 'changed'
  }

  async function take(offered: SignedList): Promise<'changed' | 'unchanged'> {
    const { verdict, why } = acceptDeviceList(current.list, offered.list)
    if (verdict === 'same' || (verdict === 'older' && !knowsMore(offered.list))) return 'unchanged'
    const next = (await joined(current, offered)) ?? (verdict === 'newer' ? offered : null)
    if (next === null) return 'unchanged'
    log.info({ why, devices: next.list.devices.length }, 'the device list of this account grew')
    keep(next)
    return 'changed'
  }

  /** Devices leave a list by `revoked` alone: an older one with a device that this one lacks was made without knowing this one. */
  function knowsMore({ devices, revoked }: DeviceList): boolean {
    const known = new Set([...current.list.devices.map(({ peerId }) => peerId), ...current.list.revoked])
    return devices.some(({ peerId }) => !known.has(peerId)) || revoked.some((peerId) => !current.list.revoked.includes(peerId))
  }

  /** Null where the two are more than one list holds: then the newer one stands, with or without this device. */
  async function joined(known: SignedList, offered: SignedList): Promise<SignedList | null> {
    const join = joinDeviceLists(known.list, offered.list, mine, clock.nowMs())
    return join.outcome === 'adopt' ? offered : signed(join.list)
  }

  async function signed(list: DeviceList): Promise<SignedList | null> {
    const built = await signDeviceList(list, accountKey)
    if (built.outcome === 'signed') return built.signed
    log.warn({ why: built.why }, 'the device list of this account takes no more')
    return null
  }

  function keep(next: SignedList): void {
    current = next
    store.put(next, clock.nowMs())
    if (next.list.devices.some((device) => device.peerId === mine.peerId)) return
    const revoked = next.list.revoked.includes(mine.peerId)
    log.warn({ revoked }, 'this device is not in the newest list of its account')
  }
}
