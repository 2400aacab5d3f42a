import { describe, expect, it } from 'vitest'
import { createListStore } from '../../../src/main/features/identity/list-store.ts'
import { openOwnList, type OwnList } from '../../../src/main/features/identity/own-list.ts'
import {
  openDeviceList,
  signDeviceList,
  withLabel,
  withRevoked,
  type Device,
  type DeviceList,
  type SignedList,
} from '../../../src/main/features/identity/device-list.ts'
import { MAX_DEVICES, MAX_STRANGERS_LISTS, PRUNE_SLACK } from '../../../src/main/features/identity/limits.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { somebody, type Somebody } from './parts.ts'

const here = await somebody('ada', 'laptop')
const there = await somebody('ada', 'phone')

function own(who: Somebody, database: Database = openMemoryDatabase(), device: Device = who.device): Promise<OwnList> {
  return openOwnList({
    store: createListStore(database, () => true),
    clock: new FakeClock(5_000),
    log: silentLog,
    account: who.account,
    accountKey: who.keyring.accountKey,
    mine: device,
  })
}

async function sign(list: DeviceList): Promise<SignedList> {
  const built = await signDeviceList(list, here.keyring.accountKey)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed
}

const peerIds = (list: OwnList): PeerId[] => list.current().list.devices.map((device) => device.peerId)

describe('the list of this account', () => {
  it('starts with this device, numbered by the clock, and signed', async () => {
    const list = await own(here)
    expect(list.current().list).toEqual({ account: here.account, seq: 5_000, devices: [here.device], revoked: [] })
    expect(await openDeviceList(list.current().envelope)).toMatchObject({ outcome: 'valid' })
  })

  it('is the same after a restart', async () => {
    const database = openMemoryDatabase()
    const before = (await own(here, database)).current()
    expect((await own(here, database)).current()).toEqual(before)
  })

  it('calls this device what it was called last, whatever the machine is named now', async () => {
    const database = openMemoryDatabase()
    const list = await own(here, database)
    expect(await list.change((known, nowMs) => withLabel(known, here.peerId, 'kitchen', nowMs))).toBe('changed')
    const again = await own(here, database, { ...here.device, label: 'new host name' })
    expect(again.current().list).toMatchObject({ devices: [{ label: 'kitchen' }] })
    expect(await again.change((known, nowMs) => withLabel(known, there.peerId, 'unknown', nowMs))).toBe('unknown-device')
  })

  it('drops a device that is given up, for good', async () => {
    const list = await own(here)
    await list.found(await sign({ account: here.account, seq: 9_000, devices: [here.device, there.device], revoked: [] }))
    expect(await list.change((known, nowMs) => withRevoked(known, there.peerId, nowMs))).toBe('changed')
    await list.found(await sign({ account: here.account, seq: 99_000, devices: [here.device, there.device], revoked: [] }))
    expect(list.current().list).toMatchObject({ devices: [{ peerId: here.peerId }], revoked: [there.peerId] })
  })

  it('signs a list with one device more, and does not keep it', async () => {
    const list = await own(here)
    const more = await list.listWith(there.device)
    expect(more?.list.devices).toHaveLength(2)
    expect(peerIds(list)).toEqual([here.peerId])
    expect(await list.found(more ?? list.current())).toBe('changed')
    expect(list.current()).toEqual(more)
  })

  it('takes in the device of a newer list, and says so after a restart', async () => {
    const database = openMemoryDatabase()
    const list = await own(here, database)
    const newer = await sign({ account: here.account, seq: 9_000, devices: [there.device], revoked: [] })
    expect(await list.found(newer)).toBe('changed')
    expect(peerIds(list).toSorted()).toEqual([here.peerId, there.peerId].toSorted())
    expect(list.current().list.seq).toBe(9_001)
    expect((await own(here, database)).current()).toEqual(list.current())
  })

  it('adopts a newer list that holds this device, unsigned by it', async () => {
    const list = await own(here)
    const devices = [here.device, there.device].toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))
    const newer = await sign({ account: here.account, seq: 9_000, devices, revoked: [] })
    expect(await list.found(newer)).toBe('changed')
    expect(list.current()).toEqual(newer)
    expect(await list.found(newer)).toBe('unchanged')
  })

  it('is not changed by an older one that says nothing more', async () => {
    const list = await own(here)
    const older = await sign({ account: here.account, seq: 1, devices: [here.device], revoked: [] })
    expect(await list.found(older)).toBe('unchanged')
    expect(peerIds(list)).toEqual([here.peerId])
  })

  it('takes in the device of an older one that was made without knowing this one, unless it was given up', async () => {
    const list = await own(here)
    const older = await sign({ account: here.account, seq: 1, devices: [there.device], revoked: [] })
    expect(await list.found(older)).toBe('changed')
    expect(peerIds(list).toSorted()).toEqual([here.peerId, there.peerId].toSorted())
    await list.change((known, nowMs) => withRevoked(known, there.peerId, nowMs))
    expect(await list.found(older)).toBe('unchanged')
    expect(peerIds(list)).toEqual([here.peerId])
  })

  it('does not bring this device back once it is revoked', async () => {
    const list = await own(here)
    const newer = await sign({ account: here.account, seq: 9_000, devices: [there.device], revoked: [here.peerId] })
    expect(await list.found(newer)).toBe('changed')
    expect(list.current()).toEqual(newer)
  })

  it('gives way to a newer list that is full, without this device', async () => {
    const list = await own(here)
    const devices = Array.from({ length: MAX_DEVICES }, (_, index) => ({
      ...there.device,
      peerId: `12D3KooW${'A'.repeat(42)}${String(index + 11).replaceAll('0', 'z')}` as PeerId,
    })).toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))
    const full = await sign({ account: here.account, seq: 9_000, devices, revoked: [] })
    expect(await list.found(full)).toBe('changed')
    expect(list.current()).toEqual(full)
  })

  it('takes two finds at once, one after the other', async () => {
    const list = await own(here)
    const third = await somebody('ada', 'tablet')
    const found = await Promise.all([
      list.found(await sign({ account: here.account, seq: 9_000, devices: [there.device], revoked: [] })),
      list.found(await sign({ account: here.account, seq: 9_500, devices: [third.device], revoked: [] })),
    ])
    expect(found).toEqual(['changed', 'changed'])
    expect(peerIds(list)).toHaveLength(3)
  })
})

describe('the lists of strangers', () => {
  it('are bounded, the oldest dropped first, and those of contacts never', async () => {
    const kept = there.account
    const store = createListStore(openMemoryDatabase(), (account) => account === kept)
    const listOf = (account: AccountId): SignedList => ({
      list: { account, seq: 1, devices: [], revoked: [] },
      envelope: new Uint8Array(10),
    })
    const stranger = (index: number): AccountId => `k51${String(index).padStart(59, '0')}` as AccountId
    store.put(listOf(kept), 0)
    const total = MAX_STRANGERS_LISTS + 3 * PRUNE_SLACK
    for (let index = 0; index < total; index += 1) store.put(listOf(stranger(index)), index + 1)
    let left = 0
    for (let index = 0; index < total; index += 1) if (store.get(stranger(index)) !== null) left += 1
    expect(left).toBeGreaterThanOrEqual(MAX_STRANGERS_LISTS)
    expect(left).toBeLessThanOrEqual(MAX_STRANGERS_LISTS + PRUNE_SLACK)
    expect(store.get(stranger(0))).toBeNull()
    expect(store.get(stranger(total - 1))).not.toBeNull()
    expect(store.get(kept)).not.toBeNull()
  })
})
