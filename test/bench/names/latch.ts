import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { checkName } from '../../../src/main/features/ledger/index.ts'
import { nearest, placeOfPeer, placeOfZone } from '../../../src/main/features/names/near.ts'
import { resolve } from '../../../src/main/features/names/resolver.ts'
import { askOverLines } from '../../../src/main/features/names/resolver-source.ts'
import type { KnownPeer, ResolverParts } from '../../../src/main/features/names/resolver-types.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import type { Lookup } from '../../../src/shared/model/names.ts'
import { eventually } from '../../helpers/eventually.ts'
import { at } from '../../helpers/gossip-nodes.ts'
import { slowLink } from '../slow-link.ts'
import { latchNode, type LatchNode, TLD, zoneOf } from './latch-node.ts'
import { type Asker, type Knows, RECORDS, type System, type Village } from './system.ts'

/** As many hold a name as in the app. *Source*: keeping-limits.ts. */
const HOLDERS = 20

interface LatchVillage extends Village {
  readonly network: string
  readonly owner: string
  readonly peers: readonly { readonly peerId: PeerId; readonly address: string }[]
  readonly names: readonly string[]
}

const portOf = ({ libp2p }: LatchNode): number => Number(/\/tcp\/(\d+)/.exec(String(libp2p.getMultiaddrs()[0]))?.[1])

async function village(count: number, oneWayMs: number): Promise<{ told: LatchVillage; nodes: LatchNode[] }> {
  const network = NetworkId.parse(cidOf(new TextEncoder().encode('a benchmark')))
  const key = await generateKeyPair('Ed25519')
  const owner = accountIdOf(key.publicKey)
  const nodes: LatchNode[] = []
  for (let made = 0; made < count; made++) nodes.push(await latchNode({ network, owner, listen: true }))
  const peers = await Promise.all(
    nodes.map(async (node) => {
      const port = oneWayMs === 0 ? portOf(node) : (await slowLink(portOf(node), oneWayMs)).port
      return { peerId: node.peerId, address: `/ip4/127.0.0.1/tcp/${port}/p2p/${node.peerId}` }
    }),
  )
  for (const { around } of nodes) around.neighbours = peers.map(({ peerId, address }) => ({ peerId, addresses: [address] }))
  const names = Array.from({ length: RECORDS }, (_, record) => `bench-${record}`)
  for (const text of names) {
    const name = NameLabel.parse(text)
    const signed = await zoneOf({ network, owner, name, device: at(nodes, 0).peerId }, key)
    const holders = nearest(placeOfZone(signed.key), nodes, ({ peerId }) => placeOfPeer(peerId), HOLDERS)
    for (const { store } of holders) store.hold(signed, Date.now())
  }
  return { told: { network, owner, peers, names }, nodes }
}

/** A node of ours that asks, with what the resolver says besides. */
export interface LatchAsker extends Asker {
  readonly node: LatchNode
  /** To the end of a look-up: the newest of what came in time. */
  ended(which: number): Promise<Lookup>
  /** From the resource map, where it must be. */
  cached(which: number): Promise<void>
}

async function asker(told: Village, knows: Knows): Promise<LatchAsker> {
  const { network, owner, peers, names } = told as LatchVillage
  const facts = { network: NetworkId.parse(network), owner: AccountId.parse(owner), listen: false }
  const node = await latchNode(facts)
  const { libp2p, lines, cache, connected, ledger, holder } = node
  const known = knows === 'one' ? peers.slice(0, 1) : peers
  const parts: ResolverParts = {
    network: facts.network,
    rules: { tld: TLD, checkName },
    clock: systemClock,
    ledger,
    me: AccountId.parse(owner.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))),
    isContact: () => false,
    own: () => null,
    cache,
    lied: (_, why) => console.error(`a lie: ${why}`),
    sources: {
      *known() {
        for (const peerId of connected) yield { ...NEAR, peerId, connected: true, addresses: [] }
        for (const { peerId, address } of known) {
          if (!connected.has(peerId)) yield { ...NEAR, peerId, connected: false, addresses: [address] }
        }
      },
      ask: askOverLines({
        lines,
        network: holder.id,
        connect: async (peerId, addresses, signal) => {
          if (!connected.has(peerId)) await libp2p.dial(addresses.map((one) => multiaddr(one)), { signal })
        },
      }),
    },
  }
  let running: Promise<unknown> = Promise.resolve()
  const textOf = (which: number): string => `${at(names, which)}.${TLD}`
  const found = (lookup: Lookup): Lookup => {
    if (lookup.outcome.outcome !== 'found') throw new Error(`Latch found nothing: ${JSON.stringify(lookup.outcome)}`)
    return lookup
  }
  return {
    node,
    find: (which) =>
      new Promise((taken, reject) => {
        // A map's entry: some microseconds, of what is measured here.
        cache.drop(NameLabel.parse(at(names, which)))
        running = resolve(textOf(which), parts, { onAnswer: () => taken() }).then(found).catch(reject)
      }),
    idle: async () => void (await running),
    async ended(which) {
      cache.clear()
      return found(await resolve(textOf(which), parts))
    },
    async cached(which) {
      const { outcome } = found(await resolve(textOf(which), parts))
      if (outcome.outcome !== 'found' || outcome.from !== 'cache') throw new Error('it was not kept')
    },
    async settle() {
      const connect = async ({ peerId, address }: LatchVillage['peers'][number]): Promise<void> => {
        if (!connected.has(peerId)) await libp2p.dial(multiaddr(address))
        lines.connected(peerId)
      }
      await Promise.all(peers.map(connect))
      await eventually('a stream to each', () => peers.every(({ peerId }) => lines.isWarm(peerId)))
    },
    close: () => node.close(),
  }
}

const NEAR: Pick<KnownPeer, 'role'> = { role: 'near' }

export const latch = { village, asker } satisfies System
