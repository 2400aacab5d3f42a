import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connectivity } from '../../src/shared/model/reach.ts'
import { eventually } from '../helpers/eventually.ts'
import type { Host, HostOrders } from './host.ts'
import { startIntroducer, type Introducer, type IntroducerOptions } from './introducers.ts'
import type { Kind } from './kinds.ts'
import type { Wanted } from './plan.ts'
import type { Remote } from './remote.ts'
import { World } from './world.ts'

export interface HostOptions extends Partial<Pick<HostOrders, 'introducers' | 'listen' | 'without'>> {
  /** A file that is its /etc/hosts; without it there are no names. */
  readonly hosts?: string
}

export interface Place {
  readonly name: string
  readonly kind: Kind
}

/** Compiling TypeScript takes a second of each of some twenty processes; the second time it is remembered. */
const SPAWN = { env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../.cache/lab-compiled') } }

/** UPnP alone takes seven seconds; the rest is room for a machine that starts twenty nodes. */
const SETTLE_TIMEOUT_MS = 60_000

/** A world with introducers on it and nodes of ours in its places. */
export class Lab {
  readonly world: World
  readonly #introducers = new Map<string, Introducer>()
  readonly #options: IntroducerOptions
  readonly #hosts = new Map<string, Remote<Host>>()

  private constructor(world: World, options: IntroducerOptions) {
    this.world = world
    this.#options = options
  }

  /** Nothing runs in the places yet. `others`: public places for something else. */
  static async create(
    places: readonly Place[],
    introducers: readonly string[],
    { others = [], ...options }: IntroducerOptions & { others?: readonly Wanted[] } = {},
  ): Promise<Lab> {
    const servers = introducers.map((name): Wanted => ({ name, kind: 'public', addresses: 2 }))
    const lab = new Lab(await World.create([...servers, ...others, ...places]), options)
    try {
      for (const name of introducers) await lab.restart(name)
      return lab
    } catch (error) {
      await lab.close()
      throw error
    }
  }

  introducer(name: string): Introducer {
    const introducer = this.#introducers.get(name)
    if (introducer === undefined) throw new Error(`there is no introducer ${name}`)
    return introducer
  }

  /** Of all introducers. */
  links(): string[] {
    return [...this.#introducers.values()].map(({ link }) => link)
  }

  /** Starts an introducer, or starts it again on what it remembers. */
  async restart(name: string): Promise<void> {
    const folder = join(this.world.folder, name)
    this.#introducers.set(name, await startIntroducer(this.world, name, folder, this.#options, SPAWN))
  }

  /** Starts a node, or starts it again on what it remembers. It knows the introducers unless told otherwise. */
  async open(name: string, { hosts, ...options }: HostOptions = {}): Promise<Remote<Host>> {
    const { kind } = this.world.site(name)
    const orders: HostOrders = {
      name,
      dataFolder: join(this.world.folder, name),
      introducers: this.links(),
      listen: ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct'],
      upnp: kind === 'upnp',
      ...options,
      // On a network of twenty the DHT connects everybody with everybody before anybody clicks.
      without: ['dht', ...(options.without ?? [])],
    }
    const host = await this.world.start<Host>(name, 'host.ts', orders, hosts === undefined ? SPAWN : { ...SPAWN, hosts })
    this.#hosts.set(name, host)
    return host
  }

  /** As many at once as a small machine has processors: each takes one for a second or two to load. */
  async openAll(names: readonly string[], options: HostOptions = {}): Promise<void> {
    const waiting = [...names]
    const openNext = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await this.open(name, options)
    }
    await Promise.all([openNext(), openNext()])
  }

  host(name: string): Remote<Host> {
    const host = this.#hosts.get(name)
    if (host === undefined) throw new Error(`nothing runs in ${name}`)
    return host
  }

  /** Until a node holds its place at an introducer and knows its NAT. Errors: it does not, with all that it knows. */
  async settled(name: string): Promise<Connectivity> {
    const { kind } = this.world.site(name)
    let last: Connectivity | null = null
    const probe = async (): Promise<Connectivity | null> => {
      last = await this.host(name).call('connectivity')
      const { introducers, nat, upnp } = last
      const isMapped = kind !== 'upnp' || upnp.state === 'mapped'
      const isHeld = introducers.some(({ reservation, registeredUntilMs }) => {
        return reservation.state === 'held' && registeredUntilMs !== null
      })
      return nat.checkedMs !== null && isMapped && isHeld ? last : null
    }
    return eventually('a place', probe, { withinMs: SETTLE_TIMEOUT_MS, everyMs: 200 }).catch(() => {
      throw new Error(`${name} did not settle within ${SETTLE_TIMEOUT_MS} ms: ${JSON.stringify(last, null, 1)}`)
    })
  }

  /** What a node says of itself, and its log, for whoever looks why. */
  async keepReport(name: string, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${name}.txt`), await this.host(name).call('report', null, 5_000).catch(String))
    await copyFile(join(this.world.folder, name, 'logs/latch.log'), join(folder, `${name}.log`)).catch(() => {})
  }

  close(): Promise<void> {
    return this.world.down()
  }
}
