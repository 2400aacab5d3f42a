import { setTimeout as after } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { accountIdOf } from '../../../src/main/features/identity/index.ts'
import { Holder } from '../../../src/main/features/names/holder.ts'
import { Lines } from '../../../src/main/features/names/lines.ts'
import { Publisher } from '../../../src/main/features/names/publisher.ts'
import { zoneKey } from '../../../src/main/features/names/near.ts'
import { openZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { enterZones } from '../../../src/main/features/names/zone-gossip.ts'
import { ZoneStore } from '../../../src/main/features/names/zone-store.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { createNamesProtocol } from '../../../src/main/protocols/names/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { NameLabel, NetworkId } from '../../../src/shared/model/ledger.ts'
import { at, gossipNode, untilMeshed } from '../../helpers/gossip-nodes.ts'
import { serve } from '../../lab/remote.ts'
import { slowLink } from '../slow-link.ts'
import { ledgerOf, zoneOf } from './latch-node.ts'

/*
 * A village in which one owner publishes again and again, and the others hear of it: by gossip, or, in a village without
 * it, by a watch at one of those who hold the zone. All in this process, so that there is one clock.
 */

export interface NewsOrders {
  readonly way: 'gossip' | 'watch'
  readonly count: number
  readonly oneWayMs: number
}

/** The owner is connected with so many, who hold the zone; the others with the one before them and two of these. */
const HOLDERS = 8

const { way, count, oneWayMs } = JSON.parse(process.argv[2] ?? '') as NewsOrders
const network = NetworkId.parse(cidOf(new TextEncoder().encode('a benchmark')))
const name = NameLabel.parse('bench-news')
const key = await generateKeyPair('Ed25519')
const owner = accountIdOf(key.publicKey)
const ledger = ledgerOf(owner, Date.now())

async function villager(heard: (signed: SignedZone) => void) {
  const node = await gossipNode({ transport: 'tcp', joined: way === 'gossip' })
  const { peerId, streams, offence, libp2p } = node
  const common = { network, store: new ZoneStore(node.database, peerId), clock: systemClock, log: silentLog }
  const holder = new Holder({ ...common, me: peerId, ledger, offence, neighbours: () => [], isWatched: () => true, heard })
  const protocol = createNamesProtocol({ streams, clock: systemClock, offence })
  await protocol.serve(holder)
  const lines = new Lines({ protocol, clock: systemClock, log: silentLog, offence })
  const topic = way === 'gossip' ? enterZones({ gossip: node.gossip, network, holder }) : null
  const publisher = new Publisher({
    ...common,
    holder,
    lines,
    account: owner,
    accountKey: key,
    // By gossip alone, where that is what is measured.
    peers: () => (way === 'gossip' ? [] : libp2p.getPeers().map((one) => PeerId.parse(one.toString()))),
    broadcast: async (zone) => topic?.publish(zone),
    random: Math.random,
    changed: () => {},
  })
  const port = Number(/\/tcp\/(\d+)/.exec(String(libp2p.getMultiaddrs()[0]))?.[1])
  const reached = oneWayMs === 0 ? port : (await slowLink(port, oneWayMs)).port
  return { ...node, holder, lines, publisher, address: multiaddr(`/ip4/127.0.0.1/tcp/${reached}/p2p/${peerId}`) }
}
type Villager = Awaited<ReturnType<typeof villager>>

let newest = 0
let publishedMs = 0
let arrivals: number[] = []
const arrived = (seq: number): void => {
  if (seq === newest) arrivals.push(performance.now() - publishedMs)
}

const first = await villager(() => {})
const others: Villager[] = []
for (let made = 1; made < count; made++) {
  const isWatching = way === 'gossip' || made > HOLDERS
  others.push(await villager(({ zone: { seq } }) => (isWatching && way === 'gossip' ? arrived(seq) : undefined)))
}
for (const { address } of others.slice(0, HOLDERS)) await first.libp2p.dial(address)
for (const [index, { libp2p }] of others.entries()) {
  if (index > 0) await libp2p.dial(at(others, index - 1).address)
  for (const step of [3, 5]) if (index >= HOLDERS) await libp2p.dial(at(others, (index * step) % HOLDERS).address)
}
if (way === 'gossip') {
  await untilMeshed([first, ...others], `/latch/${network}/zones`)
} else {
  for (const [index, { lines, holder }] of others.entries()) {
    if (index < HOLDERS) continue
    // At one of those who hold it, and checked here as news is.
    const heard = async (_: string, bytes: Uint8Array): Promise<void> => {
      const opened = await openZone(bytes)
      if (opened.outcome === 'opened') arrived(opened.signed.zone.seq)
    }
    const on = { heard: (id: string, bytes: Uint8Array) => void heard(id, bytes), gone: () => {} }
    await lines.watch(at(others, (index * 3) % HOLDERS).peerId, holder.id, [zoneKey(network, name)], on)
  }
}
// Gossip makes its mesh within some heartbeats.
await after(2_500)

let previous: SignedZone | null = null
const calls = {
  /** In ms, from before the zone is signed, for each of those who watch it. */
  async publish({ forMs }: { forMs: number }): Promise<{ tookMs: number[]; expected: number }> {
    publishedMs = performance.now()
    arrivals = []
    const signed = await zoneOf({ network, owner, name, device: first.peerId }, key, previous)
    previous = signed
    newest = signed.zone.seq
    await first.publisher.publish(signed)
    await after(forMs)
    return { tookMs: arrivals, expected: way === 'gossip' ? count - 1 : count - 1 - HOLDERS }
  },
}
export type News = typeof calls

serve(calls, 'ready')
