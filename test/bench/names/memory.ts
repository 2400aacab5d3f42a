import { setTimeout as after } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'
import { NetworkId } from '../../../src/shared/model/ledger.ts'
import { MiB } from '../../../src/shared/units.ts'
import { at, gossipNode } from '../../helpers/gossip-nodes.ts'
import { openHousehold } from '../../helpers/households.ts'
import { serve } from '../../lab/remote.ts'
import { latchNode, type Libp2p, libp2pOf } from './latch-node.ts'

/*
 * So many nodes of one kind in this process, and what they take of it. Started with --expose-gc, so that what is garbage
 * does not count.
 */

/** Of ours, one part after another; whole nodes; the others. */
export const KINDS = ['core', 'linked', 'gossip', 'names', 'kad', 'whole', 'hyperdht', 'bittorrent'] as const
export type Kind = (typeof KINDS)[number]

export interface Memory {
  readonly residentMiB: number
  readonly heapMiB: number
  /** Outside of the heap of JavaScript: buffers, SQLite. */
  readonly outsideMiB: number
}

/** Dialled by each, and as many come to it. */
const DIALS = 3
/** Long enough for what follows a start: identify, streams of gossip. */
const SETTLING_MS = 1_500

interface Linked {
  readonly libp2p: Pick<Libp2p, 'dial' | 'getMultiaddrs'>
}

const kept: unknown[] = []

async function make(kind: Kind, count: number): Promise<void> {
  const several = async <T>(one: () => Promise<T>): Promise<T[]> => {
    const made: T[] = []
    for (let at = 0; at < count; at++) made.push(await one())
    kept.push(made)
    return made
  }
  switch (kind) {
    case 'core':
      return void (await several(() => libp2pOf(true)))
    case 'linked':
      return linked(await several(async () => ({ libp2p: await libp2pOf(true) })))
    case 'gossip': {
      const nodes = await several(() => gossipNode({ transport: 'tcp' }))
      const rate = { burst: 100, perSecond: 1 }
      const judge = () => ({ verdict: 'accept', why: 'a benchmark' }) as const
      for (const { gossip } of nodes) gossip.enter('/latch/bench', { maxBytes: 1_000, perAuthor: rate, total: rate, judge })
      return linked(nodes)
    }
    case 'names': {
      const network = NetworkId.parse(cidOf(new TextEncoder().encode('a benchmark')))
      const owner = accountIdOf((await generateKeyPair('Ed25519')).publicKey)
      const nodes = await several(() => latchNode({ network, owner, listen: true }))
      await linked(nodes)
      for (const { lines, connected } of nodes) for (const peerId of connected) lines.connected(peerId)
      return
    }
    case 'kad':
      return linked(await several(async () => ({ libp2p: await (await import('./kad.ts')).kadNode(true) })))
    case 'whole':
      return void (await several(() => openHousehold({ name: 'Ada', services: { gossip: true, dht: true } })))
    case 'hyperdht':
      return void kept.push(await (await import('./hyper.ts')).hyper.village(count, 0))
    case 'bittorrent':
      return void kept.push(await (await import('./bittorrent.ts')).bittorrent.village(count, 0))
  }
}

async function linked(nodes: readonly Linked[]): Promise<void> {
  for (const [index, { libp2p }] of nodes.entries()) {
    for (let step = 1; step <= DIALS && step < nodes.length; step++) {
      await libp2p.dial(at(nodes, (index + step) % nodes.length).libp2p.getMultiaddrs())
    }
  }
}

async function taken(): Promise<Memory> {
  await after(SETTLING_MS)
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.()
    await after(100)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { residentMiB: rss / MiB, heapMiB: heapUsed / MiB, outsideMiB: external / MiB }
}

const calls = {
  /** `few` first, so that what is loaded once counts for none of those after them; then `count` more. */
  async measure({ kind, few, count }: { kind: Kind; few: number; count: number }): Promise<{ before: Memory; after: Memory }> {
    await make(kind, few)
    const before = await taken()
    await make(kind, count)
    return { before, after: await taken() }
  },
}
export type Measuring = typeof calls

serve(calls, 'ready')
