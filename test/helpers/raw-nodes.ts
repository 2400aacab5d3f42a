import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { webRTCDirect } from '@libp2p/webrtc'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { GiB } from '../../src/shared/units.ts'
import { eventually } from './eventually.ts'
import { type TwoNodes, type TwoNodesOptions, wrapNode } from './two-nodes.ts'

export type Way = 'tcp' | 'webrtc-direct' | 'relay'
export const WAYS: readonly Way[] = ['tcp', 'webrtc-direct', 'relay']

const common = {
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionMonitor: { enabled: false },
}

/** Two nodes on 127.0.0.1, connected over a real transport; `cut` takes the connection away without a word. */
export async function nodesOver(
  way: Way,
  options: Pick<TwoNodesOptions, 'guards'> = {},
): Promise<TwoNodes & { cut(): void }> {
  const relay = way === 'relay' ? await relayNode() : null
  const listen = {
    tcp: '/ip4/127.0.0.1/tcp/0',
    'webrtc-direct': '/ip4/127.0.0.1/udp/0/webrtc-direct',
    relay: `${String(relay?.getMultiaddrs()[0])}/p2p-circuit`,
  }
  const make = async (listening: string[]): Promise<Libp2p> =>
    createLibp2p({
      ...common,
      addresses: { listen: listening },
      transports: [tcp(), webRTCDirect({ rtcConfiguration: { iceServers: [] } }), circuitRelayTransport()],
      services: { identify: identify() },
    })
  const a = await make([])
  const b = await make([listen[way]])
  const [address] = await eventually('an address', () => b.getMultiaddrs().length > 0 && b.getMultiaddrs())
  await a.dial(multiaddr(address?.toString()))
  return {
    a: wrapNode(a, options),
    b: wrapNode(b, options),
    cut: () => {
      for (const connection of (relay ?? a).getConnections()) connection.abort(new Error('cut by the test'))
    },
    // One after another: libp2p nodes that stop together wait for each other.
    async close() {
      await a.stop()
      await b.stop()
      await relay?.stop()
    },
  }
}

function relayNode(): Promise<Libp2p> {
  // libp2p's own limit, 128 KiB, would cut the tests off.
  const relay = circuitRelayServer({ reservations: { defaultDataLimit: BigInt(GiB) } })
  return createLibp2p({
    ...common,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    services: { identify: identify(), relay },
  })
}
