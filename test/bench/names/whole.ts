import { setTimeout as after } from 'node:timers/promises'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { at } from '../../helpers/gossip-nodes.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'
import { serve } from '../../lab/remote.ts'
import { timed } from '../stats.ts'

/*
 * Whole nodes of ours, as they are started for a person: the first has a name in a network of its own, the others follow
 * that network. A village in one process, or one more node in another, with its data folder from an earlier run.
 */

const SERVICES = { gossip: true, dht: true }
const NAME = NameLabel.parse('bench')
const TYPED = 'bench.peer'
/** Others of the network are found, gossip has its mesh, and what is written after a while is written. */
const SETTLING_MS = 4 * SECOND

export interface WholeVillage {
  readonly link: string
  readonly addresses: readonly string[]
}

export type WholeOrders =
  | { readonly role: 'village'; readonly count: number }
  | { readonly role: 'asker'; readonly dataFolder: string; readonly village: WholeVillage }

const open = (name: string, dataFolder?: string): Promise<OpenHousehold> =>
  openHousehold({ name, services: SERVICES, ...(dataFolder === undefined ? {} : { dataFolder }) })

async function follow(home: OpenHousehold, { link, addresses }: WholeVillage): Promise<void> {
  await home.networks.join(link, true)
  for (const address of addresses) await home.peers.connect(address)
  await eventually('the ledger', () => home.ledger.name(NAME) !== null, { withinMs: 30 * SECOND })
}

async function openVillage(count: number): Promise<{ told: WholeVillage; homes: OpenHousehold[] }> {
  const homes: OpenHousehold[] = []
  for (let made = 0; made < count; made++) homes.push(await open(`Home ${made}`))
  const owner = at(homes, 0)
  for await (const step of owner.names.claim(NAME)) void step
  const { link } = await owner.networks.link(owner.ledger.network())
  const told = { link, addresses: homes.map(({ address }) => address) }
  for (const [index, home] of homes.entries()) {
    if (index > 0) await follow(home, { link, addresses: told.addresses.slice(0, index).slice(-4) })
  }
  await after(SETTLING_MS)
  await eventually('all hold it', async () => (await owner.names.publish(NAME)).held >= Math.min(count - 1, 4), { withinMs: 30 * SECOND })
  return { told, homes }
}

const nowMs = (): number => performance.timeOrigin + performance.now()

const village = (homes: readonly OpenHousehold[]) => ({
  /** The owner signs another zone. Gives when that began, by the clock of the machine, and its number. */
  async change({ text }: { text: string }): Promise<{ atMs: number; seq: number }> {
    const { names, me } = at(homes, 0)
    const records = [{ label: '@', kind: 'peer', peerId: me.peerId, addresses: [] }, { label: '@', kind: 'text', text }]
    const atMs = nowMs()
    const set = await names.setZone(NAME, { records })
    if (set.outcome === 'refused') throw new Error(set.why)
    return { atMs, seq: set.zone.seq }
  },
})
export type WholeVillageCalls = ReturnType<typeof village>

const asking = (dataFolder: string, told: WholeVillage) => {
  let home: OpenHousehold | null = null
  const opened = (): OpenHousehold => {
    if (home === null) throw new Error('nothing is open')
    return home
  }
  const found = async (again: boolean): Promise<void> => {
    for await (const said of opened().names.lookup(TYPED, { again })) {
      if (said.kind === 'answer' || (said.kind === 'done' && said.lookup.outcome.outcome === 'found')) return
      if (said.kind === 'done') throw new Error(`not found: ${JSON.stringify(said.lookup.outcome)}`)
    }
  }
  return {
    /** Once: an account, the network, connections; what a node remembers of it afterwards is in its folder. */
    async prepare(): Promise<void> {
      home = await open('Ada', dataFolder)
      await follow(home, told)
      await after(SETTLING_MS)
      await found(true)
      await home.close()
      home = null
    },
    /** From before the node is opened to the first valid answer; `openedMs`: until it was open, and could ask. */
    async cold(): Promise<{ ms: number; openedMs: number }> {
      const startMs = performance.now()
      home = await open('Ada', dataFolder)
      home.names.clearCache()
      const openedMs = performance.now() - startMs
      for (;;) {
        const isFound = await found(true).then(() => true, () => false)
        if (isFound || performance.now() - startMs > 20 * SECOND) break
        await after(1)
      }
      return { ms: performance.now() - startMs, openedMs }
    },
    async settle(): Promise<void> {
      for (const address of told.addresses) await opened().peers.connect(address).catch(() => {})
      await after(SETTLING_MS)
    },
    async warm(): Promise<number> {
      opened().names.clearCache()
      const ms = await timed(() => found(true))
      await after(30)
      return ms
    },
    /** Each in ms. */
    async cached({ count }: { count: number }): Promise<number[]> {
      await found(true)
      const { names } = opened()
      const took: number[] = []
      for (let made = 0; made < 2 * count; made++) took.push(await timed(() => names.query(TYPED)))
      return took.slice(count)
    },
    /** From now on news of the name is told; `heard` says when, by the clock of the machine. */
    async keep(): Promise<void> {
      const { names } = opened()
      names.keep(NAME)
      names.subscribe((event) => {
        if (event.event === 'zone-heard') heard.set(event.seq, nowMs())
      })
    },
    heard: ({ seq }: { seq: number }): number | null => heard.get(seq) ?? null,
    async close(): Promise<void> {
      await home?.close()
      home = null
    },
  }
}
const heard = new Map<number, number>()
export type WholeAsking = ReturnType<typeof asking>

const orders = JSON.parse(process.argv[2] ?? '') as WholeOrders
if (orders.role === 'village') {
  const { told, homes } = await openVillage(orders.count)
  serve(village(homes), told, async () => {
    for (const home of homes) await home.close()
  })
} else {
  serve(asking(orders.dataFolder, orders.village), 'ready')
}
