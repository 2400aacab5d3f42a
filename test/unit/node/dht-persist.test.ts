import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { HeldLists } from '../../../src/main/node/dht-list-store.ts'
import { KEPT_FOR_MS, KeptTable, MAX_KEPT_PEERS } from '../../../src/main/node/dht-persist.ts'
import { keyOf, placeOfKey } from '../../../src/main/node/dht-records.ts'
import { distanceOf, placeOfPeer } from '../../../src/main/features/names/index.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'

const ADDRESSES = ['/ip4/5.5.5.10/tcp/4001']

async function peers(count: number): Promise<PeerId[]> {
  const keys = await Promise.all(Array.from({ length: count }, () => generateKeyPair('Ed25519')))
  return keys.map((key) => PeerId.parse(peerIdFromPrivateKey(key).toString()))
}

test('the table of the last time is there again, the one seen last first', async () => {
  const database = openMemoryDatabase()
  const [one, two] = await peers(2)
  if (one === undefined || two === undefined) throw new Error('no peers')
  new KeptTable(database).save([{ peerId: one, addresses: ADDRESSES }], 1_000)
  new KeptTable(database).save([{ peerId: two, addresses: ADDRESSES }], 2_000)
  expect(new KeptTable(database).all()).toEqual([
    { peerId: two, addresses: ADDRESSES, seenMs: 2_000 },
    { peerId: one, addresses: ADDRESSES, seenMs: 1_000 },
  ])
})

test('an evening without a network forgets nobody; a month without somebody forgets them', async () => {
  const table = new KeptTable(openMemoryDatabase())
  const [one] = await peers(1)
  if (one === undefined) throw new Error('no peer')
  table.save([{ peerId: one, addresses: ADDRESSES }], 1_000)
  table.save([], 2_000)
  expect(table.all()).toHaveLength(1)
  table.save([], 1_000 + KEPT_FOR_MS)
  expect(table.all()).toEqual([])
})

test('two hundred are kept with eight addresses each, those of now before those of then, and none without an address', async () => {
  const table = new KeptTable(openMemoryDatabase())
  const all = await peers(MAX_KEPT_PEERS + 60)
  const many = Array.from({ length: 20 }, (_, index) => `/ip4/5.5.5.${index}/tcp/1`)
  table.save(all.slice(0, 100).map((peerId) => ({ peerId, addresses: many })), 1_000)
  table.save(all.slice(100).map((peerId, index) => ({ peerId, addresses: index === 0 ? [] : ADDRESSES })), 2_000)
  const kept = table.all()
  expect(kept).toHaveLength(MAX_KEPT_PEERS)
  expect(kept.filter(({ seenMs }) => seenMs === 2_000)).toHaveLength(159)
  expect(kept.at(-1)?.addresses).toHaveLength(8)
})

const account = (digit: string): AccountId => AccountId.parse(`k51${digit.repeat(59)}`)

test('of more device lists than there is room for, the farthest go, whichever came first', async () => {
  const [me] = await peers(1)
  if (me === undefined) throw new Error('no peer')
  const lists = new HeldLists(openMemoryDatabase(), me, { lists: 3, bytes: 1_000 })
  const all = Array.from('abcdefgh', account)
  const far = (one: AccountId) => distanceOf(placeOfPeer(me), placeOfKey(keyOf('latch-devices', one)))
  const nearest = all.toSorted((a, b) => Buffer.compare(far(a), far(b))).slice(0, 3)
  const outcomes = all.map((one) => lists.hold({ account: one, seq: 1, envelope: new Uint8Array(10) }, 1_000))
  expect(all.filter((one) => lists.get(one) !== null).toSorted()).toEqual(nearest.toSorted())
  expect(lists.count()).toBe(3)
  for (const [index, { outcome }] of outcomes.entries()) {
    if (nearest.includes(all[index] as AccountId)) expect(outcome).toBe('held')
  }
})

test('device lists have a bound in bytes too, one takes the place of its account’s, and all survive a restart', async () => {
  const [me] = await peers(1)
  if (me === undefined) throw new Error('no peer')
  const database = openMemoryDatabase()
  const lists = new HeldLists(database, me, { lists: 10, bytes: 250 })
  for (const one of ['a', 'b', 'c', 'd']) lists.hold({ account: account(one), seq: 1, envelope: new Uint8Array(100) }, 1_000)
  expect(lists.count()).toBe(2)
  const [held] = Array.from('abcd', account).filter((one) => lists.get(one) !== null)
  if (held === undefined) throw new Error('none is held')
  lists.hold({ account: held, seq: 2, envelope: new Uint8Array(50) }, 5_000)
  const again = new HeldLists(database, me)
  expect(again.count()).toBe(2)
  expect(again.get(held)).toMatchObject({ seq: 2, envelope: new Uint8Array(50) })
  expect(again.due(1_000, 10)).toHaveLength(1)
  expect(again.due(5_000, 10)).toHaveLength(2)
  again.provided(held, 9_000)
  expect(again.due(5_000, 10).map((one) => one.account)).not.toContain(held)
})
