import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host, HostOrders } from './host.ts'
import { startIntroducer, type Introducer } from './introducers.ts'
import type { Kind } from './kinds.ts'
import type { Wanted } from './plan.ts'
import type { Remote } from './remote.ts'
import { World } from './world.ts'

export interface Place {
  readonly name: string
  readonly kind: Kind
}

/** Compiling TypeScript takes a second of each of some twenty processes; the second time it is remembered. */
const COMPILED = join(import.meta.dirname, '../../.cache/lab-compiled')

/** A world with introducers on it and nodes of ours in its places. */
export class Lab {
  readonly world: World
  readonly introducers: Introducer[] = []
  readonly #folder: string
  readonly #hosts = new Map<string, Remote<Host>>()

  private constructor(world: World, folder: string) {
    this.world = world
    this.#folder = folder
  }

  /** Nothing runs in the places yet. `others`: public places for something else. */
  static async create(places: readonly Place[], introducers: readonly string[], others: readonly Wanted[] = []): Promise<Lab> {
    const servers = introducers.map((name): Wanted => ({ name, kind: 'public', addresses: 2 }))
    const folder = await mkdtemp(join(tmpdir(), 'latch-lab-'))
    const lab = new Lab(await World.create([...servers, ...others, ...places]), folder)
    try {
      for (const name of introducers) lab.introducers.push(await lab.introduce(name))
      return lab
    } catch (error) {
      await lab.close()
      throw error
    }
  }

  /** Starts an introducer, or starts it again on what it remembers. */
  introduce(name: string): Promise<Introducer> {
    return startIntroducer(this.world, name, join(this.#folder, name), { NODE_COMPILE_CACHE: COMPILED })
  }

  /** Starts a node, or starts it again on what it remembers. It knows the introducers unless told otherwise. */
  async open(name: string, options: Partial<Pick<HostOrders, 'introducers' | 'listen'>> = {}): Promise<Remote<Host>> {
    const { kind } = this.world.site(name)
    const orders: HostOrders = {
      name,
      dataFolder: join(this.#folder, name),
      introducers: this.introducers.map(({ link }) => link),
      listen: ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct'],
      upnp: kind === 'upnp',
      ...options,
    }
    const host = await this.world.start<Host>(name, 'host.ts', orders, { env: { NODE_COMPILE_CACHE: COMPILED } })
    this.#hosts.set(name, host)
    return host
  }

  host(name: string): Remote<Host> {
    const host = this.#hosts.get(name)
    if (host === undefined) throw new Error(`nothing runs in ${name}`)
    return host
  }

  async close(): Promise<void> {
    await this.world.down()
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
