import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { Annex } from '../../../src/main/node/annex.ts'
import { createDht, type DhtRoom } from '../../../src/main/node/dht-room.ts'
import { joinDht } from '../../../src/main/node/services.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import type { RecordKeeper } from '../../../src/main/platform/dht.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { loadNoiseCrypto } from '../../../src/main/platform/noise-crypto.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { wrapNode, type TestNode } from '../../helpers/two-nodes.ts'

export interface DhtNode extends TestNode {
  readonly annex: Annex
  readonly dht: DhtRoom
  readonly database: Database
  readonly deviceKey: PrivateKey
  readonly offences: { readonly peerId: PeerId; readonly why: string; readonly points: number }[]
}

export interface DhtNodeOptions {
  readonly transport?: 'memory' | 'tcp'
  readonly database?: Database
  readonly clock?: Clock
  readonly deviceKey?: PrivateKey
  readonly listen?: string
}

let made = 0

/** A libp2p node with the DHT as the app has it, over a transport within this machine. */
export async function dhtNode(options: DhtNodeOptions = {}): Promise<DhtNode> {
  const isTcp = options.transport === 'tcp'
  const address = options.listen ?? (isTcp ? '/ip4/127.0.0.1/tcp/0' : `/memory/dht-${process.pid}-${made++}`)
  const { crypto } = await loadNoiseCrypto(silentLog)
  const deviceKey = options.deviceKey ?? (await generateKeyPair('Ed25519'))
  let annex: Annex | null = null
  const libp2p: Libp2p = await createLibp2p({
    privateKey: deviceKey,
    addresses: { listen: [address] },
    transports: [isTcp ? tcp() : memory()],
    connectionEncrypters: [noise(crypto === null ? {} : { crypto })],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1_000, maxIncomingPendingConnections: 1_000, reconnectRetries: 0 },
    services: { identify: identify(), ping: ping(), annex: (components) => (annex = new Annex(components)) },
  })
  const joining = annex as Annex | null
  if (joining === null) throw new Error('libp2p made no annex')
  const database = options.database ?? openMemoryDatabase()
  const wrapped = wrapNode(libp2p)
  const { offences, offence } = wrapped
  const clock = options.clock ?? systemClock
  const dht = createDht({ clock, log: silentLog, database, me: wrapped.peerId, offence, networks: () => [] })
  await joinDht(joining, dht)
  return {
    ...wrapped,
    offences,
    annex: joining,
    dht,
    database,
    deviceKey,
    async close() {
      await dht.stop()
      await libp2p.stop()
    },
  }
}

/** Each dials the first; resolves when everybody knows `atLeast` others, all of them unless said otherwise. */
export async function asOne(nodes: readonly DhtNode[], atLeast = nodes.length - 1): Promise<void> {
  const [first, ...others] = nodes
  if (first === undefined) return
  for (const node of others) await node.libp2p.dial(first.libp2p.getMultiaddrs())
  await eventually('everybody in the tables', () => nodes.every(({ dht }) => dht.known().length >= atLeast), { withinMs: 60_000 })
}

/** Keeps what it is given, if it is a number in decimal and not lower than what is there. */
export function counting(): RecordKeeper & { readonly kept: Map<string, Uint8Array>; readonly from: (PeerId | null)[] } {
  const kept = new Map<string, Uint8Array>()
  const from: (PeerId | null)[] = []
  const numberOf = (value: Uint8Array): number => Number(new TextDecoder().decode(value))
  return {
    kept,
    from,
    maxBytes: 1_000,
    get: (id) => kept.get(id) ?? null,
    async put(id, value, by) {
      from.push(by)
      if (!Number.isInteger(numberOf(value))) return { outcome: 'refused', why: 'no number' }
      const before = kept.get(id)
      if (before !== undefined && numberOf(before) > numberOf(value)) return { outcome: 'refused', why: 'lower' }
      kept.set(id, value)
      return { outcome: 'held', why: 'a number' }
    },
    judge: async (_, value) =>
      Number.isInteger(numberOf(value)) ? { outcome: 'valid', why: 'a number' } : { outcome: 'refused', why: 'no number' },
    select: (_, values) => values.map(numberOf).reduce((best, one, index, all) => (one > (all[best] ?? 0) ? index : best), 0),
    count: () => kept.size,
  }
}

export const numbered = (value: number): Uint8Array => new TextEncoder().encode(String(value))

export async function closeAll(nodes: readonly DhtNode[]): Promise<void> {
  for (const node of nodes) await node.close()
}
