import { createServer, type Server, type Socket } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, expect, test } from 'vitest'
import { keyOf } from '../../../src/main/node/dht-records.ts'
import { eventually } from '../../helpers/eventually.ts'
import { asOne, closeAll, dhtNode, type DhtNode } from './dht-nodes.ts'
import { answering, closer, framed } from './raw.ts'

const nodes: DhtNode[] = []
const servers: Server[] = []
const sockets = new Set<Socket>()
const uncaught: unknown[] = []
const caught = (error: unknown): void => void uncaught.push(error)

afterEach(async () => {
  process.off('unhandledRejection', caught)
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
  await closeAll(nodes.splice(0))
})

/** A port that takes every connection and says what it is told to, or nothing. */
async function port(said: Uint8Array | null): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (said !== null) socket.write(said)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `/ip4/127.0.0.1/tcp/${address.port}`
}

test('ports that take a connection and say nothing, or nonsense, hold up no walk, stay out of the table, and leave no error uncaught', async () => {
  process.on('unhandledRejection', caught)
  const [target, rogue] = [await dhtNode({ transport: 'tcp' }), await dhtNode({ transport: 'tcp' })]
  nodes.push(target, rogue)
  await asOne([target, rogue])
  const said = [null, Buffer.from('\u0013/multistream/1.0.0\n'), Buffer.from('\u0013/multistream/1.0.0\n\u0007/noise\n'), Buffer.alloc(3_000, 255)]
  const named = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const { bytes } = peerIdFromPrivateKey(await generateKeyPair('Ed25519')).toMultihash()
      return closer(bytes, [multiaddr(await port(said[at % said.length] ?? null)).bytes])
    }),
  )
  await answering(rogue, framed(Buffer.concat([Buffer.from([8, 4]), ...named])))
  for await (const met of target.dht.closest(keyOf('latch-zone', 'ab'.repeat(32)), AbortSignal.timeout(20_000))) void met
  expect(sockets.size).toBeGreaterThanOrEqual(4)
  expect(target.dht.known()).toEqual([rogue.peerId])
  // In the midst of handshakes: half of the ports go, and then this device.
  for (const socket of [...sockets].filter((_, at) => at % 2 === 0)) socket.destroy()
  await closeAll(nodes.splice(0))
  const { connectionManager } = target.annex.components
  await eventually('no dial is left', () => connectionManager.getDialQueue().length === 0)
  expect(uncaught).toEqual([])
})
