import { createRequire } from 'node:module'
import HyperDHT, { type SecretStream } from 'hyperdht'
import { serve } from '../../lab/remote.ts'
import { answerDuplex } from './echo-and-sink.ts'

/*
 * hyperdht on loopback: one process is bootstrap node and relay, another listens behind that relay, and directly. What
 * it listens with echoes and counts as ours does.
 */

export interface HyperRelay {
  readonly port: number
  /** Its public key, in hexadecimal; so are those of the other side. */
  readonly relay: string
}

export interface HyperFar {
  readonly direct: string
  readonly relayed: string
}

interface Relay {
  accept(socket: SecretStream, options: { id: Buffer }): { on(event: 'error', listener: () => void): void }
}

type Orders = { role: 'relay' } | ({ role: 'far' } & HyperRelay)

const orders = JSON.parse(process.argv[2] ?? '') as Orders

if (orders.role === 'relay') {
  const node = new HyperDHT({ bootstrap: [], ephemeral: false, firewalled: false, host: '127.0.0.1' })
  await node.fullyBootstrapped()
  const bootstrap = [{ host: '127.0.0.1', port: node.address().port }]
  const hop = new HyperDHT({ bootstrap, ephemeral: false, firewalled: false, host: '127.0.0.1' })
  await hop.fullyBootstrapped()
  // A dependency of hyperdht's, and of nothing of ours.
  const { Server } = createRequire(createRequire(import.meta.url).resolve('hyperdht'))('blind-relay') as {
    Server: new (options: { createStream: (options: object) => unknown }) => Relay
  }
  const blind = new Server({ createStream: (options) => hop.createRawStream({ ...options, framed: true }) })
  const server = hop.createServer({}, (socket) => {
    socket.on('error', () => {})
    blind.accept(socket, { id: socket.remotePublicKey }).on('error', () => {})
  })
  await server.listen()
  serve({}, { port: node.address().port, relay: server.publicKey.toString('hex') } satisfies HyperRelay)
} else {
  const node = new HyperDHT({ bootstrap: [{ host: '127.0.0.1', port: orders.port }], ephemeral: true, host: '127.0.0.1' })
  await node.fullyBootstrapped()
  const onConnection = (socket: SecretStream): void => {
    socket.on('error', () => {})
    answerDuplex(socket)
  }
  const direct = node.createServer({}, onConnection)
  const onlyRelayed = { relayThrough: Buffer.from(orders.relay, 'hex'), holepunch: () => false, shareLocalAddress: false }
  const relayed = node.createServer(onlyRelayed, onConnection)
  await direct.listen()
  await relayed.listen(HyperDHT.keyPair())
  serve({}, { direct: direct.publicKey.toString('hex'), relayed: relayed.publicKey.toString('hex') } satisfies HyperFar)
}
