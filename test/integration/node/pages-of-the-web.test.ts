import { once } from 'node:events'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { MemoryDatastore } from 'datastore-core'
import { afterEach, expect, test } from 'vitest'
import { WebSocket as Socket } from 'ws'
import { noServices } from '../../../src/main/node/config.ts'
import { createDht } from '../../../src/main/node/dht-room.ts'
import { createGossip } from '../../../src/main/node/gossip.ts'
import { Libp2pNode } from '../../../src/main/node/libp2p-node.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { PeerId } from '../../../src/shared/ids.ts'

const nodes: Libp2pNode[] = []

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop()
})

async function open(): Promise<Libp2pNode> {
  const deviceKey = await generateKeyPair('Ed25519')
  const me = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
  const room = { database: openMemoryDatabase(), clock: systemClock, log: silentLog, offence: () => {} }
  const node = await Libp2pNode.create({
    config: { listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws'], services: noServices },
    deviceKey,
    databaseKey: new Uint8Array(32),
    datastore: new MemoryDatastore(),
    clock: systemClock,
    log: silentLog,
    version: '1.2.3',
    noiseCrypto: null,
    admits: () => true,
    mayDial: () => true,
    isExpected: () => false,
    subnetOf: () => null,
    overran: () => {},
    ports: new Map(),
    gossip: createGossip(room),
    dht: createDht({ ...room, me }),
  })
  nodes.push(node)
  await node.start()
  await node.joinRest()
  return node
}

/** What a WebSocket to the node hears first: the protocols to choose from, or the status of a refusal. */
async function heard(url: string, headers: Record<string, string>): Promise<string> {
  const socket = new Socket(url, { headers })
  const opened = once(socket, 'open').then(() => 'open')
  // Whichever of the two does not come never does.
  opened.catch(() => {})
  const refused = once(socket, 'unexpected-response').then(([, response]: { statusCode?: number }[]) => String(response?.statusCode))
  refused.catch(() => {})
  const said = await Promise.race([opened, refused])
  socket.terminate()
  return said
}

test('a page in a browser is no peer, from wherever it is: it would come from this machine, and be told whose it is', async () => {
  const node = await open()
  const address = node.network.listening().find((one) => one.includes('/ws')) ?? ''
  const port = /\/tcp\/(\d+)\/ws/.exec(address)?.[1]
  const url = `ws://127.0.0.1:${port}/`
  for (const origin of ['https://example.com', 'http://127.0.0.1:80', 'null', 'app://latch']) expect(await heard(url, { origin })).toBe('400')
  expect(node.network.connections()).toEqual([])
  expect(await heard(url, {})).toBe('open')
  const other = await open()
  await other.network.dial(address, AbortSignal.timeout(10_000))
  expect(other.network.connections()).toHaveLength(1)
})
