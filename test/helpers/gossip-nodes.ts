import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { PeerId } from '../../src/shared/ids.ts'
import { Annex } from '../../src/main/node/annex.ts'
import { createGossip, type GossipRoom } from '../../src/main/node/gossip.ts'
import { joinGossip } from '../../src/main/node/services.ts'
import { systemClock, type Clock } from '../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../src/main/platform/database.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../src/main/platform/noise-crypto.ts'
import { wrapNode, type TestNode } from './two-nodes.ts'
import { eventually } from './eventually.ts'

export interface GossipNode extends TestNode {
  readonly annex: Annex
  readonly gossip: GossipRoom
  readonly database: Database
}

export interface GossipNodeOptions {
  readonly transport?: 'memory' | 'tcp'
  readonly database?: Database
  readonly clock?: Clock
  /** Whether gossip has joined; true unless said otherwise. */
  readonly joined?: boolean
}

let made = 0

/** A libp2p node with gossip as the app has it: the same gossipsub, the same gate, over a transport within this machine. */
export async function gossipNode(options: GossipNodeOptions = {}): Promise<GossipNode> {
  const address = options.transport === 'tcp' ? '/ip4/127.0.0.1/tcp/0' : `/memory/gossip-${process.pid}-${made++}`
  const { crypto } = await loadNoiseCrypto(silentLog)
  let annex: Annex | null = null
  const libp2p: Libp2p = await createLibp2p({
    addresses: { listen: [address] },
    transports: [options.transport === 'tcp' ? tcp() : memory()],
    connectionEncrypters: [noise(crypto === null ? {} : { crypto })],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000 },
    services: { identify: identify(), annex: (components) => (annex = new Annex(components)) },
  })
  const joining = annex as Annex | null
  if (joining === null) throw new Error('libp2p made no annex')
  const database = options.database ?? openMemoryDatabase()
  const offences: { peerId: PeerId; why: string; points: number }[] = []
  const gossip = createGossip({
    database,
    clock: options.clock ?? systemClock,
    log: silentLog,
    offence: (peerId, why, points) => void offences.push({ peerId, why, points }),
  })
  if (options.joined !== false) await joinGossip(joining, gossip)
  return {
    ...wrapNode(libp2p),
    annex: joining,
    offences,
    gossip,
    database,
    async close() {
      await gossip.stop()
      await libp2p.stop()
    },
  }
}

/** Each of `nodes` connected with the next, and, where it is a ring, the last with the first. */
export async function inLine(nodes: readonly GossipNode[], shape: 'line' | 'ring' = 'line'): Promise<void> {
  const pairs = nodes.map((node, index) => [node, nodes[(index + 1) % nodes.length]] as const)
  for (const [near, far] of shape === 'ring' ? pairs : pairs.slice(0, -1)) {
    if (far !== undefined) await near.libp2p.dial(far.libp2p.getMultiaddrs())
  }
}

/** Resolves when each of `nodes` knows that those it is connected with are in `topic`. */
export async function untilMeshed(nodes: readonly GossipNode[], topic: string): Promise<void> {
  await eventually('everybody in the topic', () =>
    nodes.every(({ gossip, libp2p }) => {
      const near = new Set(libp2p.getPeers().map(String))
      return gossip.peersOf(topic).length >= near.size
    }),
  )
}

/** One after another: together each pair would wait for the other. */
export async function closeAll(nodes: readonly GossipNode[]): Promise<void> {
  for (const node of nodes) await node.close()
}

/** One of a list that has it. */
export function at<T>(list: readonly T[], index: number): T {
  const one = list[index]
  if (one === undefined) throw new RangeError(`${index} of ${list.length}`)
  return one
}
