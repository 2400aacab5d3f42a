import type { Figure } from '../report.ts'
import { type Summary, summarize } from '../stats.ts'
import { program } from './far-programs.ts'
import type { Kind, Measuring, Memory } from './memory.ts'

const suite = 'names'
const TIMEOUT_MS = 120_000

/** `few` of each are made before what is counted. Whole nodes have a database on the disk each, and take their time. */
const MEASURED: readonly { readonly kind: Kind; readonly said: string; readonly few: number; readonly count: number }[] = [
  { kind: 'core', said: 'libp2p alone', few: 10, count: 40 },
  { kind: 'linked', said: 'libp2p with six connections', few: 10, count: 40 },
  { kind: 'gossip', said: 'and gossip', few: 10, count: 40 },
  { kind: 'names', said: 'libp2p with six connections, and names', few: 10, count: 40 },
  { kind: 'kad', said: 'libp2p with six connections, and Kademlia', few: 10, count: 40 },
  { kind: 'whole', said: 'a whole Latch, on its own', few: 3, count: 12 },
  { kind: 'hyperdht', said: 'hyperdht', few: 10, count: 40 },
  { kind: 'bittorrent', said: 'bittorrent-dht', few: 10, count: 40 },
]

/** What one more node takes in a process that has some already: of all it holds, and of it the heap after a collection. */
export async function memory(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { kind, said, few, count } of MEASURED) {
    const child = await program<Measuring>('memory.ts', {}, ['--expose-gc'])
    try {
      const { before, after } = await child.call('measure', { kind, few, count }, TIMEOUT_MS)
      const each = (what: keyof Memory): Summary => summarize([(after[what] - before[what]) / count])
      figures.push(
        { suite, what: `memory of a node (RSS): ${said}`, unit: 'MiB', summary: each('residentMiB') },
        { suite, what: `of it in the heap: ${said}`, unit: 'MiB', summary: each('heapMiB') },
      )
    } finally {
      await child.kill()
    }
  }
  return figures
}
