import { setTimeout as after } from 'node:timers/promises'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import type { Libp2p } from '@libp2p/interface'
import { CONNECTED_INTRODUCERS, PLACES, REGISTRATION_LASTS_MS, RENEW_SHARE } from '../../src/main/features/reach/limits.ts'
import { createIntroduction, DEFAULT_LIMITS } from '../../src/main/features/introduction/index.ts'
import type { IntroductionFeature } from '../../src/main/features/introduction/types.ts'
import { Places } from '../../src/main/node/places.ts'
import { createRelay } from '../../src/main/node/relay.ts'
import { joinRelayed } from '../../src/main/node/services.ts'
import { systemClock } from '../../src/main/platform/clock.ts'
import { describeConnection } from '../../src/main/platform/describe-connection.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import { createIntroductionProtocol, sealRegistration, type IntroductionProtocol } from '../../src/main/protocols/introduction/index.ts'
import { SECOND } from '../../src/shared/units.ts'
import { seeded, some } from '../bench/names/random.ts'
import { memory } from './dht-part.ts'
import { atOnce, mean, quantile, share } from './facts.ts'
import type { Report } from './report.ts'
import { simNode, type SimNode } from './sim-node.ts'
import { Wire } from './wire.ts'

const AT_ONCE = 8
const CIRCUIT_MS = 15 * SECOND
/** So many devices to one introducer: below its 256 places at two each. */
const DEVICES_OF_ONE = 50

interface Introducer {
  readonly node: SimNode
  readonly feature: IntroductionFeature
}
interface Device {
  readonly node: SimNode
  readonly places: Places
  readonly protocol: IntroductionProtocol
  /** Where it is known, the first two with a place. */
  readonly at: readonly Introducer[]
}

/** Devices behind NAT: registered at three introducers, with places at two, and connected with each other through those. */
export async function introducersPart(nodes: number, seed: number, circuits: number, report: Report): Promise<void> {
  const wire = new Wire({ seed })
  const random = seeded(seed)
  const count = Math.max(CONNECTED_INTRODUCERS, Math.round(nodes / DEVICES_OF_ONE))
  const introducers: Introducer[] = []
  for (let number = 0; number < count; number++) introducers.push(await introducer(wire, number, seed))
  const beforeBytes = memory()
  const devices: Device[] = []
  for (let number = count; number < count + nodes; number++) devices.push(await device(wire, number, seed, some(introducers, CONNECTED_INTRODUCERS, random)))
  const dialled = await timedAll(devices, async (one) => {
    for (const { node } of one.at) await one.node.libp2p.dial(multiaddr(node.station.address), { signal: AbortSignal.timeout(CIRCUIT_MS) })
  })
  const registered = await timedAll(devices, async (one) => {
    for (const there of one.at) await register(one, there)
  })
  const reserved = await timedAll(devices, async (one) => {
    for (const { node } of one.at.slice(0, PLACES)) await one.places.reserve(node.peerId, AbortSignal.timeout(CIRCUIT_MS))
  })
  const statuses = introducers.map(({ feature }) => feature.status())
  const perDeviceAndHour = (3_600 * SECOND) / (Math.min(REGISTRATION_LASTS_MS, DEFAULT_LIMITS.registrationTtlMs) * RENEW_SHARE)
  report('come', {
    introducers: count,
    connected: dialled.done,
    registered: registered.done,
    reserved: reserved.done,
    registrationsPerSecond: (nodes * CONNECTED_INTRODUCERS * registered.done) / (registered.tookMs / SECOND),
    placesPerSecond: (nodes * PLACES * reserved.done) / (reserved.tookMs / SECOND),
    registrationCpuMs: registered.cpuMs / (nodes * CONNECTED_INTRODUCERS),
    placeCpuMs: reserved.cpuMs / (nodes * PLACES),
    registrationsOfOneMean: mean(statuses.map(({ registrations }) => registrations)),
    registrationsOfOneMost: Math.max(...statuses.map(({ registrations }) => registrations)),
    placesOfOneMost: Math.max(...statuses.map(({ reservations }) => reservations)),
    renewalsPerDeviceAndHour: perDeviceAndHour * (CONNECTED_INTRODUCERS + PLACES / 2),
    memoryPerDeviceBytes: (memory() - beforeBytes) / nodes,
  })
  const tries = Array.from({ length: circuits }, () => some(devices, 2, random))
  const direct = await atOnce(tries.slice(0, 5), AT_ONCE, ([from, to]) => opened(from, to?.node.station.address ?? ''))
  const before = { ...wire.carried }
  const startMs = performance.now()
  const through = await atOnce(tries, AT_ONCE, ([from, to]) => {
    const [relay] = to?.at ?? []
    return opened(from, `${relay?.node.station.address}/p2p/${relay?.node.peerId}/p2p-circuit/p2p/${to?.node.peerId}`)
  })
  const tookMs = performance.now() - startMs
  await after(SECOND)
  const relayed = introducers.map(({ feature }) => feature.status().relayedBytes)
  report('circuits', {
    circuits,
    directOpened: share(direct, (ms) => ms !== null),
    opened: share(through, (ms) => ms !== null),
    openP50Ms: quantile(through.flatMap((ms) => ms ?? []), 0.5),
    openP95Ms: quantile(through.flatMap((ms) => ms ?? []), 0.95),
    circuitsPerSecond: circuits / (tookMs / SECOND),
    relayedBytesPerCircuit: relayed.reduce((sum, one) => sum + one, 0) / circuits,
    wireBytesPerCircuit: (wire.carried.bytes - before.bytes) / circuits,
  })
}

async function introducer(wire: Wire, number: number, seed: number): Promise<Introducer> {
  const crowd = { maxConnections: 1_000, maxStrangers: 1_000, maxStrangersOfOne: 1_000 }
  const node = await simNode({ wire, number, tag: `introducer ${seed}`, crowd })
  const parts = { clock: systemClock, log: silentLog, limits: DEFAULT_LIMITS }
  let feature: IntroductionFeature | null = null
  const relay = createRelay({
    ...parts,
    annex: node.annex,
    judge: (peerId, address, held) => feature?.judgeReservation(peerId, address, held) ?? { verdict: 'refuse', code: 'denied', why: 'not yet' },
    onRefused: (code) => feature?.refused('circuit', code),
  })
  feature = createIntroduction({
    ...parts,
    streams: node.streams,
    offence: node.offence,
    random: seeded(seed + number),
    deviceKey: node.key,
    me: { peerId: node.peerId },
    name: () => `Introducer ${number}`,
    addresses: () => [node.station.address],
    stun: () => [],
    relay,
    lists: { allow: [], deny: [] },
    isKnown: () => false,
    accountOf: () => null,
    isServing: () => true,
    others: () => [],
    dialBack: async () => false,
    connections: () => node.libp2p.getConnections().map(describeConnection),
    subnetOf: () => null,
  })
  await feature.start()
  return { node, feature }
}

async function device(wire: Wire, number: number, seed: number, at: readonly Introducer[]): Promise<Device> {
  const node = await simNode({ wire, number, tag: `introducer ${seed}`, isBehindNat: true })
  const places = new Places(systemClock, silentLog)
  await joinRelayed(node.annex, [], places)
  return { node, places, protocol: createIntroductionProtocol({ streams: node.streams, clock: systemClock, offence: node.offence }), at }
}

async function register({ node, protocol }: Device, { node: to }: Introducer): Promise<void> {
  const nowMs = Date.now()
  // Where others see it: an address that leads nowhere from outside.
  const addresses = [`/ip4/198.51.100.${node.station.number % 250}/tcp/4001`]
  const registration = { peerId: node.peerId, introducer: to.peerId, addresses, topics: [], issuedMs: nowMs, expiresMs: nowMs + REGISTRATION_LASTS_MS }
  await protocol.register(to.peerId, await sealRegistration(registration, node.key))
}

/** How long until a stream could be opened there, in ms; null: it could not. */
async function opened(from: Device | undefined, address: string): Promise<number | null> {
  const startMs = performance.now()
  const libp2p: Libp2p | undefined = from?.node.libp2p
  try {
    const connection = await libp2p?.dial(multiaddr(address), { signal: AbortSignal.timeout(CIRCUIT_MS), force: true })
    if (connection === undefined || !connection.remoteAddr.getComponents().some(({ code }) => code === CODE_P2P)) return null
    return performance.now() - startMs
  } catch {
    return null
  }
}

/** Of all, each in its turn; how many did it, and what it took of time and of the processor. */
async function timedAll(devices: readonly Device[], run: (device: Device) => Promise<void>): Promise<{ done: number; tookMs: number; cpuMs: number }> {
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  const all = await atOnce(devices, AT_ONCE, (one) => run(one).then(() => true, () => false))
  const { user, system } = process.cpuUsage(startCpu)
  return { done: share(all, (one) => one), tookMs: performance.now() - startMs, cpuMs: (user + system) / 1_000 }
}
