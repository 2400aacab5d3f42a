import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { at, gossipNode, untilMeshed, type GossipNode } from '../../helpers/gossip-nodes.ts'
import { slowLink } from '../slow-link.ts'
import type { FromPart, Place, ToPart } from './crowd.ts'
import { FloodPeer } from './flood.ts'

/*
 * A part of a crowd, in a process of its own: nodes from `first` on. crowd.ts asks it what to do, over the channel of
 * the process.
 */
const MESSAGE_BYTES = 400
const TOPIC = '/latch/bench/square/lobby'

/** The same in all processes of one machine, to a hundredth of a millisecond. */
const nowMs = (): number => performance.timeOrigin + performance.now()

const heard: FromPart & { kind: 'figures' } = { kind: 'figures', heard: [], cpuMs: 0, copies: 0 }
const hear = (id: string): void => void heard.heard.push({ id, atMs: nowMs() })

interface Part {
  places(): Promise<Place[]>
  dial(from: number, to: Place): Promise<void>
  settled(): Promise<void>
  publish(from: number, data: Uint8Array): Promise<void>
  copies(): number
}

async function gossipPart(count: number): Promise<Part> {
  const nodes: GossipNode[] = []
  for (let index = 0; index < count; index++) nodes.push(await gossipNode({ transport: 'tcp' }))
  const rate = { burst: 1_000, perSecond: 100 }
  const topics = nodes.map(({ gossip }) =>
    gossip.enter(TOPIC, {
      maxBytes: 4_096,
      perAuthor: rate,
      total: rate,
      judge: ({ id }) => {
        hear(id)
        return { verdict: 'accept', why: 'a benchmark' }
      },
    }),
  )
  return {
    places: async () =>
      nodes.map(({ libp2p, peerId }) => ({ port: Number(/\/tcp\/(\d+)/.exec(String(libp2p.getMultiaddrs()[0]))?.[1]), peerId })),
    async dial(from, { port, peerId }) {
      await at(nodes, from).libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${peerId}`))
    },
    settled: () => untilMeshed(nodes, TOPIC),
    publish: async (from, data) => void (await at(topics, from).publish(data)),
    copies: () => {
      const all = nodes.map(({ gossip }) => gossip.counts(TOPIC))
      return all.reduce((sum, counts) => sum + (counts?.accepted ?? 0) + (counts?.duplicates ?? 0), 0)
    },
  }
}

async function floodPart(count: number): Promise<Part> {
  const peers = Array.from({ length: count }, () => new FloodPeer(hear))
  return {
    places: () => Promise.all(peers.map(async (peer) => ({ port: await peer.listen(), peerId: '' }))),
    dial: (from, { port }) => at(peers, from).dial(port),
    settled: async () => {},
    publish: async (from, data) => at(peers, from).publish(data),
    copies: () => peers.reduce((sum, { copies }) => sum + copies, 0),
  }
}

const [kind = '', count = '0', oneWayMs = '0'] = process.argv.slice(2)
const part = await (kind === 'gossip' ? gossipPart(Number(count)) : floodPart(Number(count)))
const tell = (message: FromPart): void => void process.send?.(message)

async function told(asked: ToPart): Promise<FromPart> {
  switch (asked.kind) {
    case 'dial':
      for (const [from, to] of asked.edges) await part.dial(from, to)
      return { kind: 'done' }
    case 'settled':
      await part.settled()
      return { kind: 'done' }
    case 'say': {
      const data = randomBytes(MESSAGE_BYTES)
      const id = createHash('sha256').update(data).digest('hex')
      const atMs = nowMs()
      await part.publish(asked.from, data)
      return { kind: 'said', id, atMs }
    }
    case 'figures': {
      const { user, system } = process.cpuUsage()
      return { ...heard, heard: heard.heard.splice(0), cpuMs: (user + system) / 1_000, copies: part.copies() }
    }
  }
}

process.on('message', (asked: ToPart) => {
  told(asked).then(tell, (error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
// With a slow link in front, where there is one: whoever dials this place goes through it.
const places = await part.places()
const slow = async (place: Place): Promise<Place> => ({ ...place, port: (await slowLink(place.port, Number(oneWayMs))).port })
tell({ kind: 'places', places: oneWayMs === '0' ? places : await Promise.all(places.map(slow)) })
await after(0)
