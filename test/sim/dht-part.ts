import { setTimeout as after } from 'node:timers/promises'
import { atOnce, mean, quantile, share } from './facts.ts'
import { lookUp, type LookedUp } from './lookups.ts'
import { LIES } from './lying.ts'
import type { Report } from './report.ts'
import { Town, type Citizen } from './town.ts'

/** Look-ups at once: few, as all nodes share one thread. */
const AT_ONCE = 2
const PUTS_AT_ONCE = 2
/** Somebody new has found out who can be asked. */
const MEETING_MS = 20_000

export interface DhtSize {
  readonly names: number
  readonly lookUps: number
  readonly newcomers: number
}

/** Look-ups in a town of devices whose tables are laid: calm, by newcomers, with hostile ones, and as more and more go. */
export async function dhtPart(nodes: number, seed: number, size: DhtSize, report: Report): Promise<void> {
  const town = new Town({ seed })
  const beforeBytes = memory()
  await town.lay(nodes)
  const perNode = (memory() - beforeBytes) / nodes
  const known = town.citizens.map(({ dht }) => dht.known().length)
  const held = await town.tell(size.names, PUTS_AT_ONCE)
  const zones = town.citizens.map(({ store }) => store.size())
  report('laid', {
    memoryPerNodeBytes: perNode,
    tableMedian: quantile(known, 0.5),
    tableMost: Math.max(...known),
    heldMean: mean(held),
    heldLeast: Math.min(...held),
    names: size.names,
    zonesMean: mean(zones.map((one) => one.zones)),
    zonesMost: Math.max(...zones.map((one) => one.zones)),
    zoneBytesMean: mean(zones.map((one) => one.bytes)),
  })

  const several = (count: number, by: () => Promise<Citizen> | Citizen): Promise<LookedUp[]> =>
    atOnce(Array.from({ length: count }, (_, index) => index), AT_ONCE, async (index) => {
      const told = town.told[index % town.told.length]
      if (told === undefined) throw new Error('nothing to look for')
      return lookUp(await by(), told)
    })
  report('calm', figuresOf(await several(size.lookUps, () => town.anyone())))
  report('by newcomers', figuresOf(await several(size.newcomers, () => newcomer(town))))

  const settled = town.living
  for (const [index, one] of settled.entries()) one.lying.lie = index % 10 < 3 ? (LIES[Math.floor(index / 10) % LIES.length] ?? null) : null
  const honest = settled.filter(({ lying }) => lying.lie === null)
  report('30 % hostile', figuresOf(await several(size.lookUps, () => town.anyone(honest))))
  for (const one of settled) one.lying.lie = null

  for (const gone of [0.1, 0.3, 0.5]) {
    town.vanish(gone)
    report(`${gone * 100} % gone`, figuresOf(await several(size.lookUps, () => town.anyone())))
  }
  report('by newcomers, 50 % gone', figuresOf(await several(size.newcomers, () => newcomer(town))))
  const { packets, bytes, lost, dials, dialsUnanswered } = town.wire.carried
  report('carried', { packets, bytes, lost, dials, dialsUnanswered })
}

async function newcomer(town: Town): Promise<Citizen> {
  const citizen = await town.come([town.anyone()])
  const untilMs = performance.now() + MEETING_MS
  while (citizen.dht.known().length === 0 && performance.now() < untilMs) await after(20)
  return citizen
}

export function figuresOf(all: readonly LookedUp[]): Record<string, number> {
  const found = all.filter((one) => one.found)
  return {
    lookUps: all.length,
    found: share(all, (one) => one.found),
    newest: share(all, (one) => one.newest),
    hopsMean: mean(found.map(({ hops }) => hops)),
    hopsP95: quantile(found.map(({ hops }) => hops), 0.95),
    hopsMost: Math.max(0, ...found.map(({ hops }) => hops)),
    firstP50Ms: quantile(found.map(({ firstMs }) => firstMs), 0.5),
    firstP95Ms: quantile(found.map(({ firstMs }) => firstMs), 0.95),
  }
}

/** What the process takes of the machine, after what is rubbish was thrown away, where it may be (--expose-gc). */
export function memory(): number {
  const { gc } = globalThis as { gc?: () => void }
  gc?.()
  return process.memoryUsage.rss()
}

/** How a town grows by itself: nobody is handed a table. */
export async function grownPart(nodes: number, seed: number, size: DhtSize, report: Report): Promise<void> {
  const town = new Town({ seed })
  const beforeBytes = memory()
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  await town.build(nodes, 240_000)
  const cpu = process.cpuUsage(startCpu)
  const known = town.citizens.map(({ dht }) => dht.known().length)
  const connections = town.citizens.map(({ libp2p }) => libp2p.getConnections().length)
  report('grown', {
    came: town.citizens.length,
    tookMs: performance.now() - startMs,
    cpuPerNodeMs: (cpu.user + cpu.system) / 1_000 / nodes,
    memoryPerNodeBytes: (memory() - beforeBytes) / nodes,
    tableLeast: Math.min(...known),
    tableMedian: quantile(known, 0.5),
    tableMost: Math.max(...known),
    connectionsMean: mean(connections),
    dialsPerNode: town.wire.carried.dials / nodes,
    bytesPerNode: town.wire.carried.bytes / nodes,
  })
  report('told', { heldMean: mean(await town.tell(size.names, PUTS_AT_ONCE)) })
  const calm = await atOnce(town.told, AT_ONCE, (told) => lookUp(town.anyone(), told))
  report('calm', figuresOf(calm))
}
