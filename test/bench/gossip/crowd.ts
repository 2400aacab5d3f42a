import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { at, gossipNode, untilMeshed, type GossipNode } from '../../helpers/gossip-nodes.ts'
import { slowLink } from '../slow-link.ts'
import { FloodPeer } from './flood.ts'

/*
 * node crowd.ts <gossip|flood> <one-way ms>: 50 nodes in one process on loopback, each in the same random graph, some 7
 * neighbours each; one after another says something of the size of a short message. Writes what was measured as one
 * line of JSON. A process of its own, so that nobody else's work is in its processor time.
 */
const NODES = 50
/** Besides the ring, so that nobody is left out. */
const DIALS = 3
const MESSAGES = 60
const WARM_UP = 10
const MESSAGE_BYTES = 400
const EVERY_MS = 300
const TOPIC = '/latch/bench/square/lobby'

export interface CrowdFigures {
  readonly delaysMs: readonly number[]
  /** Processor time of one message, all nodes together divided by them, less what the crowd takes when nobody speaks. */
  readonly cpuMs: readonly number[]
  /** Copies sent in the whole crowd beyond the one that each of the others needs, by node. */
  readonly spareCopies: number
  readonly expected: number
}

interface Crowd {
  publish(from: number, data: Uint8Array): Promise<void>
  copies(): number
}

type Heard = (id: string) => void

/** A fixed graph, the same for all: a linear congruence is random enough for it. */
function edges(): [number, number][] {
  let state = 7
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % NODES
  const made = new Map<string, [number, number]>()
  for (let from = 0; from < NODES; from++) {
    for (const to of [(from + 1) % NODES, ...Array.from({ length: DIALS }, random)]) {
      if (from !== to) made.set([from, to].toSorted((a, b) => a - b).join('-'), [from, to])
    }
  }
  return [...made.values()]
}

async function portsOf(listening: readonly number[], oneWayMs: number): Promise<number[]> {
  if (oneWayMs === 0) return [...listening]
  return Promise.all(listening.map(async (port) => (await slowLink(port, oneWayMs)).port))
}

async function gossipCrowd(heard: Heard, oneWayMs: number): Promise<Crowd> {
  const nodes: GossipNode[] = []
  for (let index = 0; index < NODES; index++) nodes.push(await gossipNode({ transport: 'tcp' }))
  const addresses = nodes.map(({ libp2p }) => String(libp2p.getMultiaddrs()[0]))
  const ports = await portsOf(addresses.map((address) => Number(/\/tcp\/(\d+)/.exec(address)?.[1])), oneWayMs)
  for (const [from, to] of edges()) {
    const { libp2p, peerId } = at(nodes, to)
    if (at(nodes, from).libp2p.getPeers().some((peer) => peer.equals(libp2p.peerId))) continue
    await at(nodes, from).libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${at(ports, to)}/p2p/${peerId}`))
  }
  const rate = { burst: 1_000, perSecond: 100 }
  const topics = nodes.map(({ gossip }) =>
    gossip.enter(TOPIC, {
      maxBytes: 4_096,
      perAuthor: rate,
      total: rate,
      judge: ({ id }) => {
        heard(id)
        return { verdict: 'accept', why: 'a benchmark' }
      },
    }),
  )
  await untilMeshed(nodes, TOPIC)
  // Two heartbeats: the mesh has settled.
  await after(2_500)
  return {
    publish: async (from, data) => void (await at(topics, from).publish(data)),
    copies: () => {
      const all = nodes.map(({ gossip }) => gossip.counts(TOPIC))
      return all.reduce((sum, counts) => sum + (counts?.accepted ?? 0) + (counts?.duplicates ?? 0), 0)
    },
  }
}

async function floodCrowd(heard: Heard, oneWayMs: number): Promise<Crowd> {
  const peers = Array.from({ length: NODES }, () => new FloodPeer(heard))
  const ports = await portsOf(await Promise.all(peers.map((peer) => peer.listen())), oneWayMs)
  for (const [from, to] of edges()) await at(peers, from).dial(at(ports, to))
  return {
    publish: async (from, data) => at(peers, from).publish(data),
    copies: () => peers.reduce((sum, { copies }) => sum + copies, 0),
  }
}

async function measure(kind: string, oneWayMs: number): Promise<CrowdFigures> {
  const saidMs = new Map<string, number>()
  const delaysMs: number[] = []
  const heard: Heard = (id) => {
    const startMs = saidMs.get(id)
    if (startMs !== undefined) delaysMs.push(performance.now() - startMs)
  }
  const crowd = await (kind === 'gossip' ? gossipCrowd(heard, oneWayMs) : floodCrowd(heard, oneWayMs))
  const cpuOf = async (run: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  const say = async (index: number): Promise<void> => {
    const data = randomBytes(MESSAGE_BYTES)
    saidMs.set(createHash('sha256').update(data).digest('hex'), performance.now())
    await crowd.publish((index * 17) % NODES, data)
    await after(EVERY_MS)
  }
  for (let index = 0; index < WARM_UP; index++) await say(index)
  await after(1_000)
  const idleMs = (await cpuOf(() => after(2_000))) / 2_000
  delaysMs.length = 0
  const copies = crowd.copies()
  const cpuMs: number[] = []
  for (let index = 0; index < MESSAGES; index++) {
    const startMs = performance.now()
    const usedMs = await cpuOf(() => say(index))
    cpuMs.push(Math.max(0, usedMs - idleMs * (performance.now() - startMs)) / NODES)
  }
  await after(1_000)
  const expected = MESSAGES * (NODES - 1)
  return { delaysMs, cpuMs, spareCopies: (crowd.copies() - copies - expected) / MESSAGES / NODES, expected }
}

const [kind = 'gossip', oneWayMs = '0'] = process.argv.slice(2)
console.log(JSON.stringify(await measure(kind, Number(oneWayMs))))
process.exit(0)
