import { multiaddr } from '@multiformats/multiaddr'
import { PeerId } from '../../../src/shared/ids.ts'
import { bareNode, BENCH_TERMS } from './bare.ts'
import { lineOfFrames, type Line } from './echo-and-sink.ts'
import { serveLines } from './near.ts'
import type { OursFar } from './ours.ts'

/* The near end of ours: a node for each way, so that neither takes the other's connection. */

const far = JSON.parse(process.argv[2] ?? '') as OursFar

async function connect(address: string): Promise<Line> {
  const { libp2p, streams } = await bareNode([])
  await libp2p.dial(multiaddr(address))
  return lineOfFrames(await streams.open(PeerId.parse(far.peerId), BENCH_TERMS))
}

await serveLines({ direct: () => connect(far.direct), relayed: () => connect(far.relayed) })
