import { createServer, connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport, RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { ReservationVerdict } from '../../../src/main/features/introduction/types.ts'
import { Annex } from '../../../src/main/node/annex.ts'
import { createRelay, type RelayParts } from '../../../src/main/node/relay.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { MiB, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const common = {
  connectionEncrypters: [noise()],
  streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: MiB, maxReadBufferLength: 4 * MiB } })],
  connectionMonitor: { enabled: false },
  connectionManager: { inboundConnectionThreshold: 1_000, reconnectRetries: 0 },
}

export type Judge = (peerId: PeerId, held: readonly { peerId: PeerId; address: string }[]) => ReservationVerdict

export const allowed = (durationMs: number | null, dataBytes: number | null): ReservationVerdict => ({
  verdict: 'allow',
  limit: { durationMs, dataBytes },
})
export const unlimited = allowed(null, null)

export const TTL_MS = 60 * MINUTE

/** A relay on TCP loopback, started, with its clock in the test's hands. */
export async function relayNode(judge: Judge = () => unlimited, over: Partial<RelayParts> = {}) {
  const libp2p = await createLibp2p({
    ...common,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    services: {
      identify: identify(),
      ping: ping(),
      annex: (components: ConstructorParameters<typeof Annex>[0]) => new Annex(components),
    },
  })
  // libp2p reads the system's clock when it answers.
  const clock = new FakeClock(Date.now())
  const refused: string[] = []
  const relay = createRelay({
    annex: libp2p.services.annex,
    clock,
    log: silentLog,
    limits: { reservationTtlMs: TTL_MS },
    judge: (peerId, _address, held) => judge(peerId, held),
    onRefused: (code, why) => refused.push(`${code}: ${why}`),
    ...over,
  })
  await relay.start()
  const address = String(libp2p.getMultiaddrs()[0])
  return { libp2p, relay, clock, refused, address, port: Number(address.split('/')[4]) }
}
export type RelayNode = Awaited<ReturnType<typeof relayNode>>

/** A device that listens by way of the relay (`at`), or nowhere. */
export async function device(at: string | null = null): Promise<Libp2p> {
  return createLibp2p({
    ...common,
    addresses: { listen: at === null ? [] : [`${at}/p2p-circuit`] },
    transports: [tcp(), circuitRelayTransport()],
    services: { identify: identify(), ping: ping() },
  })
}

export const through = ({ address }: RelayNode, to: Libp2p) =>
  multiaddr(`${address}/p2p-circuit/p2p/${to.peerId.toString()}`)

/** The bytes of a hop or stop message: its length, its type, and what follows. */
function message(type: number, ...rest: number[]): Uint8Array {
  return Uint8Array.from([2 + rest.length, 8, type, ...rest])
}

export const RESERVE = message(0)
const CONNECTED = message(1, 0x20, 100)

export function connectTo(peer: Libp2pPeerId): Uint8Array {
  const id = [...peer.toMultihash().bytes]
  return message(1, 0x12, id.length + 2, 0x0a, id.length, ...id)
}

/** One answer of the relay, by its status: 100 is yes. */
export async function statusOn(stream: Stream): Promise<number> {
  const heard: Uint8Array[] = []
  const whole = await new Promise<Buffer>((resolve, reject) => {
    const onMessage = ({ data }: { data: { subarray(): Uint8Array } }): void => {
      heard.push(data.subarray())
      const bytes = Buffer.concat(heard)
      const [low = 0, high = 0] = bytes
      const [length, at] = low < 128 ? [low, 1] : [low - 128 + high * 128, 2]
      if (bytes.byteLength < length + at) return
      stream.removeEventListener('message', onMessage)
      resolve(bytes.subarray(at, length + at))
    }
    stream.addEventListener('message', onMessage)
    stream.addEventListener('close', () => reject(new Error('closed without an answer')))
  })
  // Field 5 of a hop message, a varint, and its last: 100 is one byte, 200 and more are two.
  const at = whole.lastIndexOf(0x28)
  const [small = 0, large = 0] = whole.subarray(at + 1)
  return small < 128 ? small : small - 128 + large * 128
}

export async function hop(connection: Connection, request: Uint8Array): Promise<{ stream: Stream; status: number }> {
  const stream = await connection.newStream(RELAY_V2_HOP_CODEC, { maxOutboundStreams: 1_000 })
  const status = statusOn(stream)
  stream.send(request)
  return { stream, status: await status }
}

/** From here on this device takes every circuit with its bare hands: `taken` gets the stream behind the handshake. */
export async function takesCircuits(libp2p: Libp2p, taken: (stream: Stream) => void): Promise<void> {
  await libp2p.unhandle(RELAY_V2_STOP_CODEC)
  await libp2p.handle(
    RELAY_V2_STOP_CODEC,
    (stream) => {
      stream.addEventListener(
        'message',
        () => {
          stream.send(CONNECTED)
          taken(stream)
        },
        { once: true },
      )
    },
    { runOnLimitedConnection: true, maxInboundStreams: 1_000 },
  )
}

/** A wire to a port of this machine that can go dead: bytes vanish, nothing is closed. */
export async function deadableWire(port: number) {
  let isDead = false
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from)
      from.on('data', (bytes) => void (isDead || to.write(bytes)))
      from.on('error', () => {})
      from.on('close', () => void (isDead || to.destroy()))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    die: () => void (isDead = true),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
