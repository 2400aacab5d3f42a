import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { PrivateKey } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { accountIdOf, signDeviceList } from '../../../src/main/features/identity/index.ts'
import { signRevocation } from '../../../src/main/features/identity/revocation.ts'
import { createDeviceLists } from '../../../src/main/node/dht-device-lists.ts'
import { HeldLists } from '../../../src/main/node/dht-list-store.ts'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { Dht, RecordKeeper } from '../../../src/main/platform/dht.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const somebody = async (seq: number) => somebodyWith(await generateKeyPair('Ed25519'), seq)

async function somebodyWith(key: PrivateKey, seq: number) {
  const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString() as PeerId
  const account = accountIdOf(key.publicKey)
  const devices = [{ peerId, label: 'a test', addedAtMs: 1, mailKey: new Uint8Array(32) }]
  const built = await signDeviceList({ account, seq, devices, revoked: [] }, key)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return { key, account, peerId, envelope: built.signed.envelope }
}

test('an own list that changed is told before the many of others, whose holders take their time', async () => {
  const [me, ...others] = await Promise.all(Array.from({ length: 21 }, (_, at) => somebody(at + 1)))
  if (me === undefined) throw new Error('nobody')
  const clock = new FakeClock()
  const database = openMemoryDatabase()
  const held = new HeldLists(database, me.peerId)
  for (const { account, envelope } of others) held.hold({ account, seq: 1, envelope }, clock.nowMs() - 2 * HOUR)
  const told: { readonly key: string; readonly end: () => void }[] = []
  const dht: Dht = {
    keep() {},
    async *closest() {},
    async *find() {},
    put: (key) =>
      new Promise((resolve) => {
        told.push({ key: new TextDecoder().decode(key), end: () => resolve({ held: 1, asked: 1 }) })
      }),
    known: () => [me.peerId],
    onChanged: () => () => {},
  }
  let own: Uint8Array | null = null
  const lists = createDeviceLists({
    clock, log: silentLog, database, dht, me, random: () => 0.5, own: () => own,
    offence() {},
  })
  lists.start()
  await clock.advance(SECOND)
  expect(told).toHaveLength(1)
  own = me.envelope
  lists.changed()
  told[0]?.end()
  await eventually('the next one', async () => {
    await clock.advance(SECOND)
    return told.length > 1
  })
  expect(told.map(({ key }) => key)[1]).toBe(new TextDecoder().decode(keyOf('latch-devices', me.account)))
  const stopped = lists.stop()
  for (const { end } of told) end()
  await stopped
})

test('a list of its own that is held elsewhere is heard of before the own one is told, so that no device is put out', async () => {
  const me = await somebody(2)
  const clock = new FakeClock()
  const elsewhere = (await somebodyWith(me.key, 1)).envelope
  const told: Uint8Array[] = []
  const heard: number[] = []
  const dht: Dht = {
    keep() {},
    async *closest() {},
    async *find() {
      yield { bytes: elsewhere, peerId: null, hops: null }
    },
    put: async (_key, bytes) => {
      told.push(bytes)
      return { held: 1, asked: 1 }
    },
    known: () => [me.peerId],
    onChanged: () => () => {},
  }
  const joined = (await somebodyWith(me.key, 3)).envelope
  let own = me.envelope
  const lists = createDeviceLists({
    clock, log: silentLog, database: openMemoryDatabase(), dht, me, random: () => 0.5, own: () => own, offence() {},
    heardOfOwn: ({ list }) => {
      heard.push(list.seq)
      own = joined
    },
  })
  lists.start()
  await eventually('a list that is told', async () => {
    await clock.advance(SECOND)
    return told.length > 0
  })
  expect(heard).toEqual([1])
  expect(told).toEqual([joined])
  await lists.stop()
})

test('a revocation takes the place of every list of its account, for good, and nobody else can make one', async () => {
  const [ada, me, mallory] = [await somebody(1), await somebody(2), await somebody(3)]
  const revocation = await signRevocation(ada.account, ada.key, 1)
  const heard: Uint8Array[] = []
  let keeper: RecordKeeper | null = null
  const dht: Dht = {
    keep: (_kind, given) => void (keeper = given),
    async *closest() {},
    async *find() {},
    put: async () => ({ held: 3, asked: 3 }),
    known: () => [],
    onChanged: () => () => {},
  }
  const lists = createDeviceLists({
    clock: new FakeClock(), log: silentLog, database: openMemoryDatabase(), dht, me, random: () => 0.5, own: () => me.envelope, offence() {},
    heardRevoked: (envelope) => heard.push(envelope),
  })
  const kept = keeper as RecordKeeper | null
  if (kept === null) throw new Error('no keeper')
  expect(await kept.put(ada.account, ada.envelope, null)).toMatchObject({ outcome: 'held' })
  expect(await kept.put(ada.account, await signRevocation(ada.account, mallory.key, 1), null)).toMatchObject({ outcome: 'refused' })
  expect(await kept.put(ada.account, revocation, null)).toMatchObject({ outcome: 'held' })
  expect(heard).toEqual([revocation])
  const newest = (await somebodyWith(ada.key, Date.UTC(2100, 0, 1))).envelope
  expect(await kept.put(ada.account, newest, null)).toMatchObject({ outcome: 'refused' })
  expect(kept.get(ada.account)).toEqual(revocation)
  expect(kept.select(ada.account, [newest, revocation, ada.envelope])).toBe(1)
  expect(await kept.judge(ada.account, revocation)).toMatchObject({ outcome: 'valid' })
  expect(await lists.deviceListOf(ada.account, new AbortController().signal)).toBeNull()
  expect(await lists.revoke(mallory.account, await signRevocation(mallory.account, mallory.key, 1), new AbortController().signal)).toBe(3)
})
