import { randomBytes } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { keyringFrom, peerIdOf, randomSeeds } from '../../../src/main/features/identity/index.ts'
import { openLinkNode } from '../../../src/main/node/link-node.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../../src/main/platform/noise-crypto.ts'
import { LINK_TERMS } from '../../../src/main/protocols/link/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold } from '../../helpers/households.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes))

async function linkNode() {
  const { deviceKey } = await keyringFrom(randomSeeds(random))
  const noise = await loadNoiseCrypto(silentLog)
  const node = await openLinkNode({ deviceKey, noiseCrypto: noise.crypto, clock: systemClock, log: silentLog, random })
  closing.push(() => node.stop())
  return node
}

it('a folder without an account reaches the device whose code it read, with the key of the device to come, and is let go', async () => {
  const ada = await openHousehold({ name: 'Ada' })
  closing.push(() => ada.close())
  const node = await linkNode()
  const peerId = PeerId.parse(ada.me.peerId)
  await node.connect(peerId, ['/ip4/127.0.0.1/tcp/1', ada.address], new AbortController().signal)
  const seen = await eventually('the connection', () => ada.peers.list().find((peer) => peer.peerId === node.peerId))
  expect(seen.peerId).toBe(node.peerId)
  const stream = await node.streams.open(peerId, LINK_TERMS).then(
    (opened) => opened,
    () => null,
  )
  stream?.abort(new Error('enough'))
  await node.stop()
  await node.stop()
  await eventually('its end', () => ada.peers.list().every((peer) => peer.peerId !== node.peerId || peer.state !== 'connected'))
})

it('says that nobody is there, at once where every address is dead, and when it is told to stop', async () => {
  const node = await linkNode()
  const { deviceKey } = await keyringFrom(randomSeeds(random))
  const nobody = peerIdOf(deviceKey.publicKey)
  await expect(node.connect(nobody, ['/ip4/127.0.0.1/tcp/1'], new AbortController().signal)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  await expect(node.connect(nobody, [], new AbortController().signal)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  await expect(node.connect(nobody, ['/ip4/127.0.0.1/tcp/1'], AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled')
})
