import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { createIntroduction, DEFAULT_LIMITS, type IntroductionParts } from '../../../src/main/features/introduction/index.ts'
import type { IntroductionFeature, RelayService } from '../../../src/main/features/introduction/types.ts'
import { describeConnection } from '../../../src/main/platform/describe-connection.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import {
  createIntroductionProtocol,
  type IntroductionProtocol,
  type Registration,
  sealRegistration,
} from '../../../src/main/protocols/introduction/index.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import type { FakeClock } from '../../helpers/fake-clock.ts'
import { type TestNode, wrapNode } from '../../helpers/two-nodes.ts'

/** A relay that carries nothing, and says what it was told. */
export interface QuietRelay extends RelayService {
  readonly told: string[]
  carrying: number
}

export interface Harbour {
  readonly node: TestNode
  readonly key: PrivateKey
  readonly introduction: IntroductionFeature
  readonly relay: QuietRelay
  readonly address: string
  /** What a rule of the door says. */
  serving: boolean
}

export interface Boat {
  readonly node: TestNode
  readonly key: PrivateKey
  readonly peerId: PeerId
  readonly introduction: IntroductionProtocol
  /** A TCP port on which it listens. */
  readonly port: number
  dial(harbour: Harbour): Promise<void>
  /** What it says of itself, signed. */
  signed(harbour: Harbour, over?: Partial<Registration>): Promise<Uint8Array>
}

/** Nodes on 127.0.0.1 whose time is `clock`; `close` stops them all. */
export class Coast {
  readonly #clock: FakeClock
  readonly #nodes: TestNode[] = []
  readonly #features: IntroductionFeature[] = []

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  async harbour(over: Partial<IntroductionParts> = {}): Promise<Harbour> {
    const { node, key } = await this.#node()
    const relay = quietRelay()
    const address = node.libp2p.getMultiaddrs()[0]?.toString() ?? ''
    const state = { serving: true }
    const introduction = createIntroduction({
      streams: node.streams,
      clock: this.#clock,
      log: silentLog,
      offence: (peerId, why, points) => node.offences.push({ peerId, why, points }),
      random: () => 0,
      deviceKey: key,
      me: { peerId: node.peerId },
      name: () => 'Harbour',
      addresses: () => [address],
      stun: () => ['127.0.0.1:3478'],
      relay,
      limits: DEFAULT_LIMITS,
      lists: { allow: [], deny: [] },
      isKnown: () => false,
      accountOf: () => null,
      isServing: () => state.serving,
      others: () => [],
      dialBack: (to, peerId, signal) => dialBack(node.libp2p, to, peerId, signal),
      connections: () => node.libp2p.getConnections().map(describeConnection),
      subnetOf: () => null,
      ...over,
    })
    await introduction.start()
    this.#features.push(introduction)
    return Object.assign(state, { node, key, introduction, relay, address })
  }

  async boat(): Promise<Boat> {
    const { node, key } = await this.#node()
    const clock = this.#clock
    return {
      node,
      key,
      peerId: node.peerId,
      introduction: createIntroductionProtocol({ streams: node.streams, clock, offence: () => {} }),
      port: Number(node.libp2p.getMultiaddrs()[0]?.toString().split('/')[4]),
      dial: async ({ address }) => void (await node.libp2p.dial(multiaddr(address))),
      signed: (harbour, change) => sealRegistration(registrationOf(node.peerId, harbour.node.peerId, clock.nowMs(), change), key),
    }
  }

  /** One after another: libp2p nodes that stop together wait for each other. */
  async close(): Promise<void> {
    for (const feature of this.#features) await feature.stop()
    for (const node of this.#nodes) await node.close()
  }

  async #node(): Promise<{ node: TestNode; key: PrivateKey }> {
    const key = await generateKeyPair('Ed25519')
    const libp2p = await createLibp2p({
      privateKey: key,
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      connectionManager: { reconnectRetries: 0, inboundConnectionThreshold: 1_000 },
    })
    const node = wrapNode(libp2p, { clock: this.#clock })
    this.#nodes.push(node)
    return { node, key }
  }
}

export function registrationOf(
  peerId: PeerId,
  introducer: PeerId,
  nowMs: number,
  over: Partial<Registration> = {},
): Registration {
  const until = { issuedMs: nowMs, expiresMs: nowMs + 30 * MINUTE }
  return { peerId, introducer, addresses: ['/ip4/8.8.4.4/tcp/4001'], topics: [], ...until, ...over }
}

/** A connection of its own, whatever is open already; Noise says who is there. */
async function dialBack(libp2p: Libp2p, address: string, peerId: PeerId, signal: AbortSignal): Promise<boolean> {
  const connection = await libp2p.dial(multiaddr(`${address}/p2p/${peerId}`), { signal, force: true })
  await connection.close()
  return connection.remotePeer.toString() === peerId
}

function quietRelay(): QuietRelay {
  const told: string[] = []
  const relay: QuietRelay = {
    told,
    carrying: 0,
    start: async () => void told.push('start'),
    stop: async () => void told.push('stop'),
    reservations: () => 0,
    circuits: () => relay.carrying,
    relayedBytes: () => 0,
    review: () => void told.push('review'),
    release: (peerId) => void told.push(`release ${peerId}`),
  }
  return relay
}
