import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { FarSide } from './far-side.ts'

/** Starts the far side and waits until it listens. */
export async function startFarSide(): Promise<FarSide & { close: () => Promise<void> }> {
  const child = fork(new URL('./far-side.ts', import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [said] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('the far side ended before it listened')
    }),
  ])) as [FarSide]
  return {
    ...said,
    close: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
