import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { tcp } from '@libp2p/tcp'
import type { Libp2p } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { PeerId } from '../../src/shared/ids.ts'
import { type Clock, systemClock } from '../../src/main/platform/clock.ts'
import { createPeerStreams } from '../../src/main/platform/guarded-streams.ts'
import { type Log, silentLog } from '../../src/main/platform/log.ts'
import type { Guard, Offence, PeerStreams } from '../../src/main/platform/streams.ts'

export interface TestNode {
  readonly libp2p: Libp2p
  readonly peerId: PeerId
  readonly streams: PeerStreams
  readonly offence: Offence
  readonly offences: { readonly peerId: PeerId; readonly why: string; readonly points: number }[]
  close(): Promise<void>
}

export interface TwoNodesOptions {
  /** The guard of each protocol, on both nodes; everything is allowed without it. */
  readonly guards?: (protocol: string) => Guard | null
  readonly transport?: 'memory' | 'tcp'
  readonly clock?: Clock
  readonly log?: Log
  /** Whether `a` has dialled `b` already; true unless said otherwise. */
  readonly connected?: boolean
}

export interface TwoNodes {
  readonly a: TestNode
  readonly b: TestNode
  close(): Promise<void>
}

const allowAll: Guard = () => ({ verdict: 'allow', why: 'a test' })

let made = 0

/** Two libp2p nodes in this process, `a` connected to `b`, each with guarded streams. */
export async function twoNodes(options: TwoNodesOptions = {}): Promise<TwoNodes> {
  const a = await testNode(options)
  const b = await testNode(options)
  if (options.connected !== false) await a.libp2p.dial(b.libp2p.getMultiaddrs())
  return {
    a,
    b,
    async close() {
      await a.close()
      await b.close()
    },
  }
}

async function testNode(options: TwoNodesOptions): Promise<TestNode> {
  const address = options.transport === 'tcp' ? '/ip4/127.0.0.1/tcp/0' : `/memory/two-nodes-${process.pid}-${made++}`
  const libp2p = await createLibp2p({
    addresses: { listen: [address] },
    transports: [options.transport === 'tcp' ? tcp() : memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: { identify: identify() },
  })
  return wrapNode(libp2p, options)
}

/** Guarded streams over any libp2p node, with what the peers did wrong kept in a list. */
export function wrapNode(libp2p: Libp2p, options: Pick<TwoNodesOptions, 'guards' | 'clock' | 'log'> = {}): TestNode {
  const offences: { readonly peerId: PeerId; readonly why: string; readonly points: number }[] = []
  const offence: Offence = (peerId, why, points) => void offences.push({ peerId, why, points })
  const streams = createPeerStreams({
    libp2p,
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
    guards: options.guards ?? (() => allowAll),
    offence,
  })
  return {
    libp2p,
    peerId: PeerId.parse(libp2p.peerId.toString()),
    streams,
    offence,
    offences,
    close: async () => {
      await libp2p.stop()
    },
  }
}
