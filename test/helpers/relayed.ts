import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { circuitRelayServer, type ServerReservationStoreInit } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { noServices } from '../../src/main/node/config.ts'
import { Libp2pNode, type Libp2pNodeParts } from '../../src/main/node/libp2p-node.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { createPeerStreams } from '../../src/main/platform/guarded-streams.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import type { Guard, PeerStreams, RemotePeer } from '../../src/main/platform/streams.ts'
import { PeerId } from '../../src/shared/ids.ts'
import { MiB } from '../../src/shared/units.ts'
import { eventually } from './eventually.ts'

/** What closes first comes last, as libp2p nodes that stop together wait for each other. */
export class Closing {
  readonly #stops: (() => Promise<void>)[] = []

  add(stop: () => Promise<void>): void {
    this.#stops.unshift(stop)
  }

  async all(): Promise<void> {
    for (const stop of this.#stops.splice(0)) await stop()
  }
}

export const anyPort = '/ip4/127.0.0.1/tcp/0'

/** A node as the app has it, with everything that meeting through a relay takes. */
export async function openNode(closing: Closing, over: Partial<Libp2pNodeParts> = {}): Promise<Libp2pNode> {
  const node = await Libp2pNode.create({
    config: { listen: [anyPort], services: noServices },
    deviceKey: await generateKeyPair('Ed25519'),
    databaseKey: new Uint8Array(32),
    datastore: new MemoryDatastore(),
    clock: systemClock,
    log: silentLog,
    version: '1.2.3',
    noiseCrypto: null,
    admits: () => true,
    mayDial: () => true,
    isExpected: () => true,
    subnetOf: () => null,
    overran: () => {},
    ports: new Map(),
    ...over,
  })
  closing.add(() => node.stop())
  await node.start()
  await node.joinRest()
  return node
}

export const idOf = (node: { libp2p: { peerId: { toString(): string } } }): PeerId => PeerId.parse(node.libp2p.peerId.toString())

const allowAll: Guard = () => ({ verdict: 'allow', why: 'a test' })

/** Streams of a node, everything let in. */
export function streamsOf(node: Libp2pNode): PeerStreams {
  return createPeerStreams({
    libp2p: node.libp2p,
    standings: node.standings,
    clock: systemClock,
    log: silentLog,
    guards: () => allowAll,
    offence: () => {},
  })
}

export interface Relay {
  readonly libp2p: Libp2p
  readonly peerId: PeerId
  /** Where it listens, with its peer id. */
  readonly address: string
  stop(): Promise<void>
}

/** libp2p's own relay, which sends its durations in milliseconds. */
export async function openRelay(
  closing: Closing,
  reservations: ServerReservationStoreInit = { defaultDataLimit: BigInt(MiB) },
  again: { key?: PrivateKey; listen?: string } = {},
): Promise<Relay> {
  const libp2p = await createLibp2p({
    privateKey: again.key ?? (await generateKeyPair('Ed25519')),
    addresses: { listen: [again.listen ?? anyPort] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1_000 },
    services: { identify: identify(), ping: ping(), relay: circuitRelayServer({ reservations }) },
  })
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => (stopped ??= Promise.resolve(libp2p.stop()))
  closing.add(stop)
  const [address] = await eventually('an address', () => libp2p.getMultiaddrs().length > 0 && libp2p.getMultiaddrs())
  return { libp2p, peerId: idOf({ libp2p }), address: String(address), stop }
}

/** Connects to a relay and takes a place there; gives the address by which others reach this node. */
export async function reserveAt(node: Libp2pNode, relay: Relay): Promise<string> {
  const signal = AbortSignal.timeout(10_000)
  const isThere = node.network.connections().some(({ peerId }) => peerId === relay.peerId)
  if (!isThere) await node.network.dialOnly(relay.peerId, relay.address, signal)
  await node.reach.reserve(relay.peerId, signal)
  return circuitTo(node, relay)
}

export const circuitTo = (node: Libp2pNode, relay: Relay): string => `${relay.address}/p2p-circuit/p2p/${idOf(node)}`

/** A new circuit from one node to another. */
export function dialThrough(from: Libp2pNode, relay: Relay, to: Libp2pNode): Promise<RemotePeer> {
  return from.network.dialOnly(idOf(to), circuitTo(to, relay), AbortSignal.timeout(10_000))
}
