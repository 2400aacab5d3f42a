import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { eventually } from '../../helpers/eventually.ts'
import { serve } from '../../lab/remote.ts'
import { bareNode, BENCH_TERMS } from './bare.ts'
import { answerFrames } from './echo-and-sink.ts'

/* The far end of ours: it listens on loopback, and holds a place at our relay. */

export interface OursFar {
  readonly peerId: string
  readonly direct: string
  readonly relayed: string
}

const { relay } = JSON.parse(process.argv[2] ?? '') as { relay: string }
const { libp2p, streams } = await bareNode(['/ip4/127.0.0.1/tcp/0'])
await streams.serve(BENCH_TERMS, answerFrames)
/** libp2p shows its parts to its services only. */
interface Inside {
  readonly components: { readonly transportManager: { listen(on: readonly Multiaddr[]): Promise<void> } }
}
const { components } = libp2p as unknown as Inside
await components.transportManager.listen([multiaddr(`${relay}/p2p-circuit`)])
const addresses = (): string[] => libp2p.getMultiaddrs().map(String)
const find = (circuit: boolean): string | undefined =>
  addresses().find((one) => one.includes('/p2p-circuit') === circuit)
const relayed = await eventually('a place at our relay', () => find(true), { withinMs: 30_000 })
serve({}, { peerId: libp2p.peerId.toString(), direct: find(false) ?? '', relayed } satisfies OursFar)
