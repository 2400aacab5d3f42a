import type { Introduction } from '../../src/shared/model/reach.ts'
import type { IntroducerCalls, IntroducerOrders, IntroducerReady } from './introducer.ts'
import type { SpawnOptions } from './machine.ts'
import type { World } from './world.ts'

export interface Introducer extends IntroducerReady {
  status(): Promise<Introduction>
  /** As a power cut does. */
  kill(): Promise<void>
  /** As a system does that wants to restart it: resolves when it has ended, with its exit code. */
  terminate(): Promise<number | null>
}

export type IntroducerOptions = Partial<Pick<IntroducerOrders, 'flags'>>

/** `latch introduce` at a public place with two addresses. */
export async function startIntroducer(
  world: World,
  name: string,
  dataFolder: string,
  options: IntroducerOptions,
  spawn: SpawnOptions,
): Promise<Introducer> {
  const orders: IntroducerOrders = { name, dataFolder, addresses: world.site(name).public, flags: [], ...options }
  const remote = await world.start<IntroducerCalls>(name, 'introducer.ts', orders, spawn)
  return {
    ...(remote.ready as IntroducerReady),
    status: () => remote.call('status'),
    kill: () => remote.kill(),
    async terminate() {
      const code = await remote.call('terminate')
      await remote.stop()
      return code
    },
  }
}
