import { createHash } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import type { Topic } from '../../src/main/platform/gossip.ts'
import { seeded, some } from '../bench/names/random.ts'
import { at } from '../helpers/gossip-nodes.ts'
import { memory } from './dht-part.ts'
import { atOnce, mean, quantile } from './facts.ts'
import type { Report } from './report.ts'
import { simNode, type SimNode } from './sim-node.ts'
import { Wire } from './wire.ts'

const TOPIC = '/latch/sim/square/lobby'
/** A short message with its signature. */
const MESSAGE_BYTES = 400
/** Besides the ring, so that nobody is left out: some eight neighbours each. */
const DIALS = 3
/** Everybody has said in which topics it is, and the meshes are made. */
const SETTLING_MS = 6_000
/** A message has the town to itself; who missed it hears of it by the heartbeat, once a second. */
const EVERY_MS = 2_500
const COMING_AT_ONCE = 8

/** A message that everybody in a topic is to hear; then again when a third of them went without a word. */
export async function gossipPart(nodes: number, seed: number, messages: number, report: Report): Promise<void> {
  const wire = new Wire({ seed })
  const random = seeded(seed)
  const heard = new Map<string, number[]>()
  const town: { node: SimNode; topic: Topic }[] = []
  const beforeBytes = memory()
  const rate = { burst: 1_000, perSecond: 100 }
  for (let number = 0; number < nodes; number++) {
    const node = await simNode({ wire, number, tag: `gossip ${seed}`, gossip: true })
    const judge = ({ id }: { id: string }) => {
      heard.get(id)?.push(performance.now())
      return { verdict: 'accept', why: 'a simulation' } as const
    }
    const topic = node.gossip?.enter(TOPIC, { maxBytes: 4_096, perAuthor: rate, total: rate, judge })
    if (topic === undefined) throw new Error('it was made with gossip')
    town.push({ node, topic })
  }
  const edges = town.flatMap((_, index) => [(index + 1) % nodes, ...Array.from({ length: DIALS }, () => Math.floor(random() * nodes))].map((to) => [index, to] as const))
  await atOnce(edges.filter(([from, to]) => from !== to), COMING_AT_ONCE, async ([from, to]) => {
    await at(town, from).node.libp2p.dial(multiaddr(at(town, to).node.station.address)).catch(() => {})
  })
  await after(SETTLING_MS)
  const counts = (): { accepted: number; duplicates: number } => {
    const all = town.flatMap(({ node }) => (node.station.isGone ? [] : (node.gossip?.counts(TOPIC) ?? [])))
    return { accepted: all.reduce((sum, one) => sum + one.accepted, 0), duplicates: all.reduce((sum, one) => sum + one.duplicates, 0) }
  }
  const say = async (): Promise<Record<string, number>> => {
    const living = town.filter(({ node }) => !node.station.isGone)
    const before = counts()
    const carried = { ...wire.carried }
    const delays: number[] = []
    const lasts: number[] = []
    for (let index = 0; index < messages; index++) {
      const [by] = some(living, 1, random)
      const data = createHash('shake256', { outputLength: MESSAGE_BYTES }).update(`${seed} ${nodes} ${living.length} ${index}`).digest()
      const id = createHash('sha256').update(data).digest('hex')
      const times: number[] = []
      heard.set(id, times)
      const startMs = performance.now()
      await by?.topic.publish(new Uint8Array(data))
      await after(EVERY_MS)
      const took = times.map((one) => one - startMs)
      delays.push(...took)
      lasts.push(Math.max(0, ...took))
      heard.delete(id)
    }
    const now = counts()
    const others = living.length - 1
    return {
      messages,
      arrived: delays.length / (messages * others),
      delayP50Ms: quantile(delays, 0.5),
      delayP95Ms: quantile(delays, 0.95),
      lastP50Ms: quantile(lasts, 0.5),
      lastMostMs: Math.max(...lasts),
      duplicates: (now.duplicates - before.duplicates) / (messages * others),
      bytesPerNodeAndSecond: (wire.carried.bytes - carried.bytes) / living.length / ((messages * EVERY_MS) / 1_000),
    }
  }
  const neighbours = town.map(({ node }) => node.libp2p.getPeers().length)
  report('settled', { neighboursMean: mean(neighbours), memoryPerNodeBytes: (memory() - beforeBytes) / nodes })
  report('calm', await say())
  for (const { node } of some(town, Math.round(nodes * 0.3), random)) {
    node.station.isGone = true
    void node.close().catch(() => {})
  }
  report('30 % gone', await say())
}
