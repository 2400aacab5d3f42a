import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { eventually } from '../../helpers/eventually.ts'
import { at } from '../../helpers/gossip-nodes.ts'
import { type Asker, type Knows, RECORD_BYTES, RECORDS, type System, type Village } from './system.ts'

/* js-libp2p's Kademlia with stock settings, but for what loopback needs: what anybody gets who builds on it. */

interface KadVillage extends Village {
  readonly addresses: readonly string[]
}

/** Who is dialled by each. */
const STEPS = [1, 3, 7, 15, 31]

const keyOf = (record: number): Uint8Array => new TextEncoder().encode(`/bench/${record}`)

type Node = Awaited<ReturnType<typeof kadNode>>

export function kadNode(listen: boolean) {
  return createLibp2p({
    addresses: { listen: listen ? ['/ip4/127.0.0.1/tcp/0'] : [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 10_000, maxIncomingPendingConnections: 1_000 },
    services: {
      identify: identify(),
      ping: ping(),
      dht: kadDHT({
        protocol: '/bench/kad/1.0.0',
        clientMode: !listen,
        // Else addresses of loopback are told to nobody.
        peerInfoMapper: passthroughMapper,
        validators: { bench: async () => {} },
        selectors: { bench: () => 0 },
      }),
    },
  })
}

/** Its interface says nothing of it. */
const sizeOf = (dht: object): number => (dht as { routingTable: { size: number } }).routingTable.size

export const kad: System = {
  async village(count) {
    const nodes: Node[] = []
    for (let made = 0; made < count; made++) nodes.push(await kadNode(true))
    for (const [index, node] of nodes.entries()) {
      for (const step of STEPS) await node.dial(at(nodes, (index + step) % count).getMultiaddrs())
    }
    const isFilled = ({ services }: Node): boolean => sizeOf(services.dht) >= STEPS.length
    await eventually('routing tables', () => nodes.every(isFilled), { withinMs: 60_000 })
    for (let record = 0; record < RECORDS; record++) {
      const { dht } = at(nodes, record % count).services
      for await (const event of dht.put(keyOf(record), new Uint8Array(RECORD_BYTES).fill(record))) void event
    }
    return { told: { addresses: nodes.map((node) => String(node.getMultiaddrs()[0])) } satisfies KadVillage }
  },

  async asker(told: Village, knows: Knows): Promise<Asker> {
    const { addresses } = told as KadVillage
    const node = await kadNode(false)
    const dial = (some: readonly string[]): Promise<unknown> => Promise.all(some.map((one) => node.dial(multiaddr(one))))
    await dial(knows === 'one' ? addresses.slice(0, 1) : addresses)
    return {
      async find(which) {
        for await (const event of node.services.dht.get(keyOf(which))) if (event.name === 'VALUE') return
        throw new Error('kad-dht found nothing')
      },
      idle: async () => {},
      settle: () => eventually('a routing table', () => sizeOf(node.services.dht) >= addresses.length / 2).then(() => {}),
      close: async () => node.stop(),
    }
  },
}
