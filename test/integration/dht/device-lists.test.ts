import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { afterEach, expect, test } from 'vitest'
import { accountIdOf, signDeviceList, type DeviceList, type SignedList } from '../../../src/main/features/identity/index.ts'
import { createDeviceLists, type DeviceLists } from '../../../src/main/node/dht-device-lists.ts'
import { HeldLists } from '../../../src/main/node/dht-list-store.ts'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { HOUR, KiB } from '../../../src/shared/units.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { asOne, closeAll, dhtNode, type DhtNode } from './dht-nodes.ts'
import { message, record, say } from './raw.ts'

interface Household extends DhtNode {
  readonly account: AccountId
  readonly accountKey: PrivateKey
  readonly lists: DeviceLists
  own: Uint8Array | null
  readonly heardOfOwn: SignedList[]
}

const houses: Household[] = []
afterEach(async () => {
  for (const { lists } of houses) await lists.stop()
  await closeAll(houses.splice(0))
})

const soon = () => AbortSignal.timeout(20_000)

async function list(key: PrivateKey, devices: readonly PeerId[], seq: number): Promise<Uint8Array> {
  const signed: DeviceList = {
    account: accountIdOf(key.publicKey),
    seq,
    devices: devices.map((peerId) => ({ peerId, label: 'a test', addedAtMs: 1, mailKey: new Uint8Array(32) })),
    revoked: [],
  }
  const built = await signDeviceList(signed, key)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed.envelope
}

async function household({ clock = systemClock, listed = true }: { readonly clock?: Clock; readonly listed?: boolean } = {}): Promise<Household> {
  const node = await dhtNode()
  const accountKey = await generateKeyPair('Ed25519')
  const account = accountIdOf(accountKey.publicKey)
  const heardOfOwn: SignedList[] = []
  const own = listed ? await list(accountKey, [node.peerId], 1) : null
  const lists = createDeviceLists({
    clock,
    log: silentLog,
    database: node.database,
    dht: node.dht,
    me: { account, peerId: node.peerId },
    offence: node.offence,
    random: () => 0.5,
    own: () => house.own,
    heardOfOwn: (signed) => void heardOfOwn.push(signed),
  })
  const house: Household = { ...node, account, accountKey, lists, own, heardOfOwn }
  houses.push(house)
  return house
}

const seqOf = async (from: Household, account: AccountId): Promise<number | null> =>
  (await from.lists.deviceListOf(account, soon()))?.list.seq ?? null

test('the devices of an account that was never met are found, as soon as it is online, and after it has gone', async () => {
  const [ana, bea, cyd] = [await household(), await household(), await household()]
  await asOne([ana, bea, cyd])
  ana.lists.start()
  await eventually('it is held', () => bea.dht.held('latch-devices') + cyd.dht.held('latch-devices') === 2)
  const found = await cyd.lists.deviceListOf(ana.account, soon())
  expect(found?.list.devices.map(({ peerId }) => peerId)).toEqual([ana.peerId])
  houses.splice(houses.indexOf(ana), 1)
  await ana.lists.stop()
  await ana.close()
  const dora = await household()
  await dora.libp2p.dial(bea.libp2p.getMultiaddrs())
  await eventually('somebody in its table', () => dora.dht.known().length > 0)
  expect(await seqOf(dora, ana.account)).toBe(1)
  expect(await seqOf(dora, dora.account)).toBeNull()
})

test('a new list is told at once, and takes the place of the old one; the old one does not come back', async () => {
  const [ana, bea] = [await household(), await household()]
  await asOne([ana, bea])
  ana.lists.start()
  await eventually('it is held', () => bea.dht.held('latch-devices') === 1)
  const old = ana.own ?? new Uint8Array()
  ana.own = await list(ana.accountKey, [ana.peerId, bea.peerId], 2)
  ana.lists.changed()
  const kept = (): number | undefined => new HeldLists(bea.database, bea.peerId).get(ana.account)?.seq
  await eventually('the newer one', () => kept() === 2)
  const key = keyOf('latch-devices', ana.account)
  expect(await ana.dht.put(key, old, soon())).toEqual({ held: 0, asked: 1 })
  expect(kept()).toBe(2)
})

test('of several that are given the newest one counts, and forged ones do not', async () => {
  const [ana, bea, cyd, eve] = [await household(), await household(), await household(), await household()]
  await asOne([ana, bea, cyd, eve])
  const held = async (at: Household, seq: number): Promise<void> => {
    new HeldLists(at.database, at.peerId).hold({ account: ana.account, seq, envelope: await list(ana.accountKey, [ana.peerId], seq) }, 1)
  }
  await held(bea, 3)
  await held(cyd, 5)
  // Signed by somebody else, with a high number.
  const forged = await list(eve.accountKey, [eve.peerId], 9)
  new HeldLists(eve.database, eve.peerId).hold({ account: ana.account, seq: 9, envelope: forged }, 1)
  const fay = await household()
  await asOne([bea, cyd, eve, fay])
  expect(await seqOf(fay, ana.account)).toBe(5)
})

test('what is forged, of another account, too large or nonsense is refused, and costs', async () => {
  const [ana, eve] = [await household({ listed: false }), await household()]
  await asOne([ana, eve])
  const stranger = await generateKeyPair('Ed25519')
  const key = keyOf('latch-devices', accountIdOf(stranger.publicKey))
  const whole = await list(stranger, [eve.peerId], 1)
  const put = async (value: Uint8Array) => (await say(eve, ana, message('PUT_VALUE', key, { record: record(key, value) }))).status
  const changed = Uint8Array.from(whole)
  changed[changed.byteLength - 1] = (changed.at(-1) ?? 0) ^ 1
  expect(await put(changed)).toBe('reset')
  expect(await put(await list(eve.accountKey, [eve.peerId], 1))).toBe('reset')
  expect(await put(new Uint8Array(8 * KiB + 1))).toBe('reset')
  expect(await put(new Uint8Array(100))).toBe('reset')
  expect(ana.dht.held('latch-devices')).toBe(0)
  expect(ana.offences.filter(({ why }) => why.startsWith('device lists')).length).toBeGreaterThanOrEqual(3)
  expect(await put(whole)).toBe('answered')
  expect(ana.dht.held('latch-devices')).toBe(1)
})

test('two lists of one number: the first one stays', async () => {
  const [ana, eve] = [await household({ listed: false }), await household()]
  await asOne([ana, eve])
  const key = keyOf('latch-devices', eve.account)
  expect(await eve.dht.put(key, await list(eve.accountKey, [eve.peerId], 4), soon())).toEqual({ held: 1, asked: 1 })
  expect(await eve.dht.put(key, await list(eve.accountKey, [ana.peerId], 4), soon())).toEqual({ held: 0, asked: 1 })
  const found = await ana.lists.deviceListOf(eve.account, soon())
  expect(found?.list.devices.map(({ peerId }) => peerId)).toEqual([eve.peerId])
})

test('a list of this account that another device of it signed is heard of, and not held as somebody’s', async () => {
  const [ana, other] = [await household(), await household()]
  await asOne([ana, other])
  const newer = await list(ana.accountKey, [other.peerId], 8)
  expect(await other.dht.put(keyOf('latch-devices', ana.account), newer, soon())).toEqual({ held: 0, asked: 1 })
  await eventually('it is heard of', () => ana.heardOfOwn.length === 1)
  expect(ana.heardOfOwn[0]?.list.seq).toBe(8)
  expect(ana.dht.held('latch-devices')).toBe(0)
})

test('lists held for others go on to those who came since, once an hour, also while their owner is away', async () => {
  const clock = new FakeClock()
  const [ana, bea] = [await household(), await household({ clock, listed: false })]
  await asOne([ana, bea])
  ana.lists.start()
  await eventually('it is held', () => bea.dht.held('latch-devices') === 1)
  houses.splice(houses.indexOf(ana), 1)
  await ana.lists.stop()
  await ana.close()
  const cyd = await household({ listed: false })
  await asOne([bea, cyd], 1)
  await eventually('they know each other', () => bea.dht.known().includes(cyd.peerId))
  bea.lists.start()
  await eventually('it has gone on', async () => {
    await clock.advance(2 * HOUR)
    return cyd.dht.held('latch-devices') === 1
  })
  expect(await seqOf(cyd, ana.account)).toBe(1)
})
