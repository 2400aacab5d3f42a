import type { PeerId } from '../../src/shared/ids.ts'
import type { Introduction } from '../../src/shared/model/reach.ts'
import type { IntroducerCalls, IntroducerOrders, IntroducerReady } from './introducer.ts'
import type { SpawnOptions } from './machine.ts'
import type { World } from './world.ts'

export interface Introducer {
  readonly link: string
  readonly peerId: PeerId
  /** With its peer id at the end. */
  readonly addresses: readonly string[]
  readonly pid: number
  status(): Promise<Introduction>
  /** As a power cut does. */
  kill(): Promise<void>
  /** As a system does that wants to restart it: resolves when it has ended. */
  drain(): Promise<void>
}

export type IntroducerOptions = Partial<Pick<IntroducerOrders, 'limits' | 'maxConnections' | 'ports'>>

/** The design's ports: TCP, WebSocket where only 443 gets out, and two for STUN. */
const PORTS = { tcp: 4100, ws: 443, stun: [3478, 3479] }
const DRAIN_WITHIN_MS = 10_000

/** At a public place with two addresses. */
export async function startIntroducer(
  world: World,
  name: string,
  dataFolder: string,
  options: IntroducerOptions,
  spawn: SpawnOptions,
): Promise<Introducer> {
  const orders: IntroducerOrders = {
    name,
    dataFolder,
    addresses: world.site(name).public,
    ports: PORTS,
    limits: {},
    maxConnections: 1_000,
    ...options,
  }
  const remote = await world.start<IntroducerCalls>(name, 'introducer.ts', orders, spawn)
  return {
    ...(remote.ready as IntroducerReady),
    pid: remote.process.pid ?? 0,
    status: () => remote.call('status'),
    kill: () => remote.kill(),
    async drain() {
      await remote.call('drain', { withinMs: DRAIN_WITHIN_MS })
      await remote.stop()
    },
  }
}
