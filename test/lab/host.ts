import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveHttp } from '../../src/main/control/index.ts'
import type { MessageOrder } from '../../src/shared/model/chat.ts'
import type { HttpDoor } from '../../src/main/control/types.ts'
import { openPeerNode } from '../../src/main/node/peer-node.ts'
import { allServices } from '../../src/main/node/config.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { createKeyFileVault } from '../../src/main/platform/key-file-vault.ts'
import { createLog } from '../../src/main/platform/log.ts'
import type { AccountId, PeerId } from '../../src/shared/ids.ts'
import { anyMatch } from '../../src/shared/model/door.ts'
import type { Connectivity } from '../../src/shared/model/reach.ts'
import type { Peer } from '../../src/shared/model/peers.ts'
import { eventually } from '../helpers/eventually.ts'
import { latch, type Run } from '../integration/cli/held-io.ts'
import { Deliveries } from './deliveries.ts'
import { dial, Outings, type Came, type Dialled, type Outing } from './outings.ts'
import { serve } from './remote.ts'
import { Routes, type Paths } from './routes.ts'
import { judge, textOf, type Batch, type Verdict } from './texts.ts'

/* A whole node of ours, as people run it, in the namespace in which this process was started. */

export interface HostOrders {
  readonly name: string
  readonly dataFolder: string
  /** Links or addresses. */
  readonly introducers: readonly string[]
  readonly listen: readonly string[]
  /** What a person would switch on in the settings. */
  readonly upnp: boolean
  /** Services to leave out, to see what they are good for. */
  readonly without: readonly string[]
}

/** What it says when it is there. */
export interface HostReady {
  readonly account: AccountId
  readonly peerId: PeerId
}

export interface Met {
  readonly account: AccountId
  readonly peerId: PeerId
  /** From the order to the first connection, and to the acknowledgement of a first message. */
  readonly connectedMs: number
  readonly firstMessageMs: number
}

const orders = JSON.parse(process.argv[2] ?? '') as HostOrders
const log = createLog({ folder: join(orders.dataFolder, 'logs'), level: 'debug' })
process.on('uncaughtException', (error) => log.error({ error }, 'uncaught; the node goes on'))
process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection; the node goes on'))

const means = { clock: systemClock, log, random: (bytes: number) => new Uint8Array(randomBytes(bytes)) }
const node = await openPeerNode(
  {
    dataFolder: orders.dataFolder,
    host: 'headless',
    vault: createKeyFileVault(join(orders.dataFolder, 'key')),
    listen: orders.listen,
    bootstrap: [],
    introducers: orders.introducers,
    // Each stands alone on its local network, and the demonstration peer is no part of this.
    services: { ...allServices, ...leftOut(['lan', 'demo', ...orders.without]) },
  },
  means,
)
function leftOut(services: readonly string[]): Record<string, boolean> {
  return Object.fromEntries(services.map((service) => [service, false]))
}

const me = node.identity.current().state === 'ready' ? node.identity.me() : await node.identity.create(orders.name)
const { chat, contacts, door, exit, peers, reach, settings } = node.household()
if (orders.upnp) settings.set({ upnp: true })
const deliveries = new Deliveries(chat)
const routes = new Routes(peers)
const outings = new Outings(exit)
/** Only where somebody types: most hosts of the lab have nobody at their command line. */
let api: Promise<HttpDoor> | null = null

async function send(account: AccountId, batch: Batch): Promise<void> {
  const { id } = chat.open(account)
  for (let index = 0; index < batch.count; index++) {
    deliveries.add(batch.label, await chat.send(id, { text: textOf(batch, index) }))
  }
}

const calls = {
  /** A link that lets its holder in without a question. */
  invite: async (): Promise<string> => (await peers.invite(3_600_000)).link,
  /** What a person does with a link: connect, and write. The first message is acknowledged when this gives. */
  meet: async ({ link, withinMs }: { link: string; withinMs: number }): Promise<Met> => {
    const startMs = performance.now()
    const { account, peerId } = await peers.readInvitation(link)
    routes.begin(peerId)
    await peers.connect(link)
    const batch: Batch = { label: `first-${startMs}`, count: 1, bytes: 64 }
    await send(account, batch)
    await deliveries.all(batch.label, withinMs)
    const firstMessageMs = performance.now() - startMs
    return { account, peerId, connectedMs: routes.of(peerId).connectedMs ?? firstMessageMs, firstMessageMs }
  },
  /** Connects to a device that is known here, or to an address. */
  connect: async ({ to }: { to: string }): Promise<Peer> => peers.connect(to),
  disconnect: async ({ peerId }: { peerId: PeerId }): Promise<Peer> => peers.disconnect(peerId),
  /** How a peer is and was connected since `meet`. */
  paths: ({ peerId }: { peerId: PeerId }): Paths => routes.of(peerId),
  /** Since `meet` began; null when that did not come within the time. */
  untilDirect: async ({ peerId, withinMs }: { peerId: PeerId; withinMs: number }): Promise<number | null> => {
    const isDirect = (): boolean => routes.of(peerId).directMs !== null
    await eventually('a direct path', isDirect, { withinMs, everyMs: 20 }).catch(() => {})
    return routes.of(peerId).directMs
  },
  peer: ({ peerId }: { peerId: PeerId }): Peer | null => peers.list().find((one) => one.peerId === peerId) ?? null,
  send: ({ account, batch }: { account: AccountId; batch: Batch }): Promise<void> => send(account, batch),
  /** From now until all of a batch that was sent here is acknowledged, in ms. */
  delivered: async ({ label, withinMs }: { label: string; withinMs: number }): Promise<number> => {
    const startMs = performance.now()
    await deliveries.all(label, withinMs)
    return performance.now() - startMs
  },
  /** How many of a batch are acknowledged. */
  acknowledged: ({ label }: { label: string }): number => deliveries.count(label),
  /** Whether a batch of somebody's is stored here, each message once and in order. */
  judge: async ({ account, batch }: { account: AccountId; batch: Batch }): Promise<Verdict> => {
    return judge(batch, texts(account))
  },
  /** As if they had never met. Gives whether they are apart: the other side may just be dialling. */
  forget: async ({ account, peerId }: { account: AccountId; peerId: PeerId }): Promise<boolean> => {
    contacts.forget(account)
    await peers.forget(peerId).catch(() => {})
    return !peers.list().some((one) => one.peerId === peerId)
  },
  letEverybodyIn: () => {
    const always = { match: anyMatch, until: { kind: 'forever' as const }, priority: 0, note: '' }
    door.addRule({ who: { kind: 'anyone' }, capability: 'contact', verdict: 'allow', ...always }, 'person')
  },
  useIntroducer: ({ to }: { to: string }) => reach.addIntroducer(to),
  /** `latch <args>` on this machine, to its end. */
  latch: async ({ args }: { args: readonly string[] }): Promise<Run> => {
    api ??= serveHttp({ ...means, node, port: 0, staticFolder: join(orders.dataFolder, 'no-window') })
    await api
    return latch(args, { env: { LATCH_DATA: orders.dataFolder } })
  },
  /** Plain TCP from this place. */
  dial: async ({ host, port, withinMs }: { host: string; port: number; withinMs: number }): Promise<Dialled> => dial(host, port, withinMs),
  page: async (outing: Outing): Promise<Came> => outings.page(outing),
  hold: async ({ label, outing }: { label: string; outing: Outing }) => outings.hold(label, outing),
  isHeld: ({ label }: { label: string }): boolean => outings.isHeld(label),
  over: async ({ label }: { label: string }): Promise<string> => outings.over(label),
  connectivity: (): Connectivity => reach.connectivity(),
  report: (): string => reach.report(),
  /** The operating system says that the network is another. */
  networkChanged: () => reach.changed('the network changed'),
  memory: () => process.memoryUsage.rss(),
}
export type Host = typeof calls

function texts(account: AccountId): string[] {
  const { id } = chat.open(account)
  const pages: string[][] = []
  let before: MessageOrder | undefined
  for (;;) {
    const { messages, more } = chat.messages(id, { before }, 200)
    pages.unshift(messages.filter(({ mine }) => !mine).map(({ text }) => text))
    before = messages[0]?.order
    if (!more || before === undefined) return pages.flat()
  }
}

serve(calls, { account: me.account, peerId: me.peerId } satisfies HostReady, async () => {
  await (await api)?.close()
  await node.stop()
  log.close()
})
