import { monitorEventLoopDelay } from 'node:perf_hooks'
import net from 'node:net'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold } from '../../helpers/households.ts'
import { serve } from '../../lab/remote.ts'
import { copying } from './copying.ts'
import { owning } from './owning.ts'
import { isKnown, visiting } from './visiting.ts'

/*
 * A whole Latch, as it is started for a person, as a process of its own: owner, visitor, neighbour or keeper of copies.
 */

export interface HomeOrders {
  readonly name: string
  /** What this process would connect to at one port is connected to at another: a link with a delay stands there. */
  readonly links?: readonly (readonly [port: number, link: number])[]
  readonly listens: boolean
}

export interface HomeFacts {
  readonly peerId: string
  /** Empty where it listens nowhere. */
  readonly address: string
}

/** A network that others join by its link, and whom they connect to for that. */
export interface Village {
  readonly link: string
  readonly addresses: readonly string[]
}

const JOINING_MS = 60 * SECOND
/** How often the loop is looked at; taken off what it says. */
const LOOP_RESOLUTION_MS = 10

const orders = JSON.parse(process.argv[2] ?? '') as HomeOrders
connectOver(new Map(orders.links))
const home = await openHousehold({
  name: orders.name,
  services: { gossip: true, dht: true },
  // Every visitor comes from this machine, as if all of the field were one office: those bounds are not what is measured.
  crowd: { maxStrangersOfOne: 250, maxArrivalsOfOne: 250, maxHandshakesOfOne: 48 },
  ...(orders.listens ? {} : { listen: [] }),
})
const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS })

const living = {
  /** Claims a name in the network of this home; gives the way into that network. */
  async claim({ name }: { name: string }): Promise<string> {
    for await (const step of home.names.claim(NameLabel.parse(name))) void step
    return (await home.networks.link(home.ledger.network())).link
  },
  async join({ village: { link, addresses }, name }: { village: Village; name: string }): Promise<void> {
    await home.networks.join(link, true)
    for (const address of addresses) await home.peers.connect(address)
    await eventually('the ledger', () => isKnown(home, name), { withinMs: JOINING_MS })
  },
  async connect({ address }: { address: string }): Promise<void> {
    await home.peers.connect(address)
  },
  watchLoop(): void {
    loop.enable()
    loop.reset()
  },
  /** How late the event loop came since `watchLoop`, in ms. */
  loop: (): { p50: number; p99: number; max: number } => {
    const of = (ns: number): number => Math.max(0, ns / 1e6 - LOOP_RESOLUTION_MS)
    return { p50: of(loop.percentile(50)), p99: of(loop.percentile(99)), max: of(loop.max) }
  },
}

const calls = { ...living, ...owning(home), ...visiting(home), ...copying(home) }
export type HomeCalls = typeof calls

serve(calls, { peerId: home.me.peerId, address: home.address } satisfies HomeFacts, () => home.close())

/** libp2p connects by the default export of node:net, which is one object for all. */
function connectOver(links: ReadonlyMap<number, number>): void {
  if (links.size === 0) return
  const connect = net.connect
  net.connect = ((options: net.TcpNetConnectOpts, ...rest: []) =>
    connect({ ...options, port: links.get(options.port) ?? options.port }, ...rest)) as typeof net.connect
}
