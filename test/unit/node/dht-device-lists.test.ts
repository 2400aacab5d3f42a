import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { accountIdOf, signDeviceList } from '../../../src/main/features/identity/index.ts'
import { createDeviceLists } from '../../../src/main/node/dht-device-lists.ts'
import { HeldLists } from '../../../src/main/node/dht-list-store.ts'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { Dht } from '../../../src/main/platform/dht.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { HOUR, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

async function somebody(seq: number) {
  const key = await generateKeyPair('Ed25519')
  const peerId = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toString() as PeerId
  const account = accountIdOf(key.publicKey)
  const devices = [{ peerId, label: 'a test', addedAtMs: 1, mailKey: new Uint8Array(32) }]
  const built = await signDeviceList({ account, seq, devices, revoked: [] }, key)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return { account, peerId, envelope: built.signed.envelope }
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
