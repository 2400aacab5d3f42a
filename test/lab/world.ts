import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import * as machine from './machine.ts'
import { fullName, removeNamespaces, shell, type SpawnOptions } from './machine.ts'
import { DELAY, plan, type Plan, type Site, type Space, type Wanted } from './plan.ts'
import { Remote } from './remote.ts'
import { upnpConfig } from './rules.ts'
import type { ChildProcess } from 'node:child_process'

let worlds = 0

/** What every namespace begins with. IPv6 has no NAT, and would be a way past those that are tried. */
const BARE = 'ip link set lo up\nsysctl -qw net.ipv6.conf.all.disable_ipv6=1'

/** An internet of namespaces, with the sites that were asked for on it. */
export class World {
  readonly sites: readonly Site[]
  /** For all that belongs to this world; it goes with it. */
  readonly folder: string
  readonly #id: string
  readonly #plan: Plan
  readonly #children: ChildProcess[] = []
  /** Also when the process ends before its time. */
  readonly #remove = (): void => {
    removeNamespaces(this.#plan.spaces.map((space) => fullName(this.#id, space)))
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  private constructor(id: string, planned: Plan, folder: string) {
    this.#id = id
    this.#plan = planned
    this.folder = folder
    this.sites = planned.sites
  }

  /** Removes first what killed runs left behind. Errors: the first command that failed. */
  static async create(wanted: readonly Wanted[]): Promise<World> {
    machine.sweep()
    endOnSignals()
    worlds += 1
    const id = `${worlds}${randomUUID().slice(0, 3)}`
    const full = (space: Space): string => fullName(id, space)
    await shell(null, `ip netns add ${full('trial')}`)
    const netem = await machine.hasNetem(full('trial'))
    removeNamespaces([full('trial')])
    const world = new World(id, plan(wanted, full, netem), machine.temporaryFolder())
    try {
      await world.#build()
    } catch (error) {
      await world.down()
      throw error
    }
    return world
  }

  site(name: string): Site {
    const site = this.sites.find((one) => one.name === name)
    if (site === undefined) throw new Error(`there is no site ${name}`)
    return site
  }

  /** Runs a shell script in one of the namespaces. */
  run(space: Space, script: string): Promise<string> {
    return shell(fullName(this.#id, space), script)
  }

  spawn(space: Space, program: string, args: readonly string[], options?: SpawnOptions): ChildProcess {
    const child = machine.spawnIn(fullName(this.#id, space), program, args, options)
    this.#children.push(child)
    return child
  }

  /** Starts a TypeScript file of this folder in a namespace, to be spoken to. */
  start<Api>(space: Space, file: string, argument: unknown = null, options?: SpawnOptions): Promise<Remote<Api>> {
    const path = join(import.meta.dirname, file)
    const args = ['--disable-warning=ExperimentalWarning', path, JSON.stringify(argument)]
    return Remote.start<Api>(space, this.spawn(space, process.execPath, args, options), options?.readyWithinMs)
  }

  /** Ends everything in it and takes it away. */
  async down(): Promise<void> {
    this.#remove()
    for (const child of this.#children) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    }
    // What a process wrote while it ended.
    this.#remove()
    process.off('exit', this.#remove)
  }

  async #build(): Promise<void> {
    const { spaces, wires, before, scripts, delays } = this.#plan
    process.on('exit', this.#remove)
    const full = (space: Space): string => fullName(this.#id, space)
    const lines = [
      ...spaces.map((space) => `netns add ${full(space)}`),
      ...wires.map(([a, b]) => {
        const ends = [a, b].map((end) => `name ${end.interface} netns ${full(end.space)}`)
        return `link add ${ends[0]} type veth peer ${ends[1]}`
      }),
    ]
    await shell(null, `ip -batch - <<'LINES'\n${lines.join('\n')}\nLINES`)
    await Promise.all(spaces.map((space) => this.run(space, BARE)))
    for (const { space, script } of before) await this.run(space, script)
    for (const { space, oneWayMs } of delays) await this.start(space, 'delay-relay.ts', { oneWayMs, ...DELAY })
    // The first is the switch: until its ports are up nothing else shows.
    for (const { space, script } of scripts) await this.run(space, script)
    for (const site of this.sites) if (site.kind === 'upnp') await this.#startUpnp(site)
  }

  async #startUpnp({ name, gateways }: Site): Promise<void> {
    const [gateway = ''] = gateways
    const config = join(this.folder, `${name}-upnp.conf`)
    await writeFile(config, upnpConfig(randomUUID(), join(this.folder, `${name}-upnp.leases`)))
    const args = ['-d', '-f', config, '-P', join(this.folder, `${name}-upnp.pid`)]
    this.spawn(gateway, 'miniupnpd', args, { stderr: 'ignore' })
  }
}

let endsOnSignals = false

/** A signal ends the process by its own hand, so that it takes its worlds with it. */
function endOnSignals(): void {
  if (endsOnSignals) return
  endsOnSignals = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]))
  }
}
