import type { Remote } from '../../lab/remote.ts'
import { ratio, type Figure } from '../report.ts'
import { interleave, type Summary, summarize } from '../stats.ts'
import { program } from './far-programs.ts'
import type { Asking, Cold } from './program.ts'
import type { Knows, SystemName, Village } from './system.ts'

/*
 * Look-ups in villages of 20 and 50, cold and warm, of each system in turn: a village in a process of its own, and the
 * one that asks in another.
 */

const suite = 'names'
export const ONE_WAY_MS = 25
const PEER = 'hyperdht'

const SAID: Record<SystemName, string> = {
  latch: 'Latch',
  hyperdht: 'hyperdht',
  bittorrent: 'bittorrent-dht',
  pkarr: 'pkarr',
  kad: 'js-libp2p, stock',
}

export interface Place {
  readonly peers: number
  readonly oneWayMs: number
}

/** Over slow links fewer: each takes as long as it takes. */
const rounds = ({ oneWayMs }: Place, onLoopback: number, onLinks: number): number => (oneWayMs === 0 ? onLoopback : onLinks)

export async function lookups(place: Place, systems: readonly SystemName[], isFresh: boolean): Promise<Figure[]> {
  const open: Remote<unknown>[] = []
  try {
    const villages = new Map<SystemName, Village>()
    const askers = new Map<SystemName, Remote<Asking>>()
    for (const system of systems) {
      const whose = system === 'pkarr' ? 'bittorrent' : system
      const village = villages.get(whose) ?? (await started(open, 'village', { system: whose, count: place.peers, oneWayMs: place.oneWayMs })).ready
      villages.set(whose, village as Village)
      const orders = { system, village, oneWayMs: place.oneWayMs }
      askers.set(system, await started<Asking>(open, 'asker', orders))
    }
    const askerOf = (system: SystemName): Remote<Asking> => {
      const asker = askers.get(system)
      if (asker === undefined) throw new Error(`${system} has no asker`)
      return asker
    }
    const village = (system: SystemName): Village | undefined => villages.get(system === 'pkarr' ? 'bittorrent' : system)
    const figures = [
      ...(await cold(place, systems, 'one', (system) => askerOf(system).call('cold', { knows: 'one' }))),
      ...(await cold(place, systems, 'all', (system) => askerOf(system).call('cold', { knows: 'all' }))),
    ]
    if (isFresh) {
      const fresh = async (system: SystemName): Promise<Cold> => {
        const orders = { role: 'asker', system, village: village(system), oneWayMs: place.oneWayMs }
        const asker = await program<Asking>('program.ts', orders)
        try {
          return await asker.call('cold', { knows: 'all' })
        } finally {
          await asker.kill()
        }
      }
      figures.push(...(await cold(place, systems, 'fresh', fresh)))
    }
    for (const system of systems) await askerOf(system).call('open')
    figures.push(...(await warm(place, systems, askerOf)))
    if (place.oneWayMs === 0 && !isSlow(systems)) figures.push(...(await rates(place, systems, askerOf)))
    return figures
  } finally {
    for (const child of open.toReversed()) await child.kill()
  }
}

async function started<Api>(open: Remote<unknown>[], role: string, orders: object): Promise<Remote<Api>> {
  const child = await program<Api>('program.ts', { role, ...orders })
  open.push(child)
  return child
}

/** Stock js-libp2p waits for stragglers, a second or more each time. */
const SLOW_ROUNDS = 4
const isSlow = (systems: readonly SystemName[]): boolean => systems.includes('kad')

const where = ({ peers, oneWayMs }: Place): string => `${peers} peers, ${oneWayMs === 0 ? 'loopback' : `links of ${oneWayMs} ms`}`

const KNOWS: Record<Knows | 'fresh', string> = {
  one: 'a new node that knows one address',
  all: 'a new node that knows all',
  fresh: 'a fresh process that knows all',
}

async function cold(
  place: Place,
  systems: readonly SystemName[],
  knows: Knows | 'fresh',
  run: (system: SystemName) => Promise<Cold>,
): Promise<Figure[]> {
  const times = new Map<string, number[]>()
  const note = (what: string, ms: number): void => void times.set(what, [...(times.get(what) ?? []), ms])
  const count = isSlow(systems) ? SLOW_ROUNDS : knows === 'fresh' ? 10 : rounds(place, 30, 12)
  const warmUp = knows === 'fresh' || isSlow(systems) ? 0 : 2
  for (let round = 0; round < count + warmUp; round++) {
    for (const system of systems) {
      const { ms, madeMs } = await run(system)
      if (round < warmUp) continue
      note(`${system} asked`, ms - madeMs)
      note(`${system} all`, ms)
    }
  }
  const of = (what: string): Summary => summarize(times.get(what) ?? [])
  const goal = place.oneWayMs === 0 ? 'below hyperdht' : 'four round trips: 200 ms'
  return systems.flatMap((system): Figure[] => [
    {
      suite,
      what: `cold, ${where(place)}, ${KNOWS[knows]}: ${SAID[system]}`,
      unit: 'ms',
      summary: of(`${system} asked`),
      ...against(system, of(`${system} asked`), systems.includes(PEER) ? of(`${PEER} asked`) : null),
      ...(system === 'latch' ? { goal } : {}),
    },
    ...(system === 'latch' || system === PEER
      ? [{ suite, what: `the same, with the making of the node: ${SAID[system]}`, unit: 'ms' as const, summary: of(`${system} all`) }]
      : []),
  ])
}

function against(system: SystemName, of: Summary, to: Summary | null): Pick<Figure, 'against'> {
  return system === PEER || to === null ? {} : ratio(of, to, PEER)
}

async function warm(place: Place, systems: readonly SystemName[], askerOf: (system: SystemName) => Remote<Asking>): Promise<Figure[]> {
  const contenders = Object.fromEntries(systems.map((system) => [system, () => askerOf(system).call('warm')]))
  const [count, warmUp] = isSlow(systems) ? [10 * SLOW_ROUNDS, SLOW_ROUNDS] : [rounds(place, 400, 40), rounds(place, 100, 4)]
  const of = (await interleave(contenders, count, warmUp)) as Partial<Record<SystemName, Summary>>
  const goal = place.oneWayMs === 0 ? 'below hyperdht' : 'one round trip: 50 ms'
  return systems.flatMap((system) => {
    const summary = of[system]
    if (summary === undefined) return []
    const figure = { suite, what: `warm, ${where(place)}: ${SAID[system]}`, unit: 'ms' as const, summary }
    return [{ ...figure, ...against(system, summary, of[PEER] ?? null), ...(system === 'latch' ? { goal } : {}) }]
  })
}

/** One that asks one after another, then 16 at once. */
async function rates(place: Place, systems: readonly SystemName[], askerOf: (system: SystemName) => Remote<Asking>): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const atOnce of [1, 16]) {
    const run = (system: SystemName) => (): Promise<number> => askerOf(system).call('many', { forMs: 800, atOnce })
    const of = await interleave(Object.fromEntries(systems.map((system) => [system, run(system)])), 4, 1)
    for (const system of systems) {
      const [summary, hyper] = [of[system], of[PEER]]
      if (summary === undefined) continue
      const what = `look-ups a second, ${where(place)}, ${atOnce} at once: ${SAID[system]}`
      figures.push({ suite, what, unit: '/s', summary, ...against(system, summary, hyper ?? null) })
    }
  }
  return figures
}
