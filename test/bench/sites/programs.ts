import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Remote } from '../../lab/remote.ts'
import type { HomeCalls, HomeFacts, HomeOrders, Village } from './home.ts'

/** What is waited for at most: a node that joins, a download of 1 GiB over a busy machine. */
export const LONG_MS = 600_000

/** A program of this folder, as a process of its own. LATCH_BENCH_EXEC: more options of Node for it, as `--cpu-prof`. */
export function program<Api>(file: string, orders: object): Promise<Remote<Api>> {
  const options = process.env['LATCH_BENCH_EXEC']?.split(' ') ?? []
  const args = ['--no-warnings', ...options, join(import.meta.dirname, file), JSON.stringify(orders)]
  return Remote.start<Api>(file, spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
}

export type Home = Remote<HomeCalls> & { readonly facts: HomeFacts; readonly pid: number }

export async function home(orders: HomeOrders): Promise<Home> {
  const started = await program<HomeCalls>('home.ts', orders)
  const { pid } = started.process
  if (pid === undefined) throw new Error('a program has an id')
  return Object.assign(started, { facts: started.ready as HomeFacts, pid })
}

export const NAME = 'bench'
export const SITE = 'bench.peer'

/** An owner with a name, and a neighbour in the same network who keeps its zone, and whom visitors know. */
export interface Street {
  readonly owner: Home
  readonly neighbour: Home
  readonly village: Village
  close(): Promise<void>
}

export async function openStreet(): Promise<Street> {
  const owner = await home({ name: 'Ada', listens: true })
  const neighbour = await home({ name: 'Ned', listens: true })
  const link = await owner.call('claim', { name: NAME }, LONG_MS)
  await neighbour.call('join', { village: { link, addresses: [owner.facts.address] }, name: NAME }, LONG_MS)
  const village = { link, addresses: [owner.facts.address, neighbour.facts.address] }
  return {
    owner,
    neighbour,
    village,
    async close() {
      await owner.stop()
      await neighbour.stop()
    },
  }
}

/** One more in that network, connected with both. */
export async function visitor({ village }: Street, how: Partial<HomeOrders> = {}): Promise<Home> {
  const one = await home({ name: 'Vic', listens: false, ...how })
  await one.call('join', { village, name: NAME }, LONG_MS)
  return one
}

export function portOf({ facts: { address } }: Home): number {
  return Number(/\/tcp\/(\d+)/.exec(address)?.[1])
}

/** A folder that goes when this is over. */
export async function temporaryFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'latch-bench-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
