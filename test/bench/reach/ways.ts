import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Remote } from '../../lab/remote.ts'
import type { HyperFar, HyperRelay } from './hyper.ts'
import type { Near } from './near.ts'
import type { OurRelay } from './our-relay.ts'
import type { OursFar } from './ours.ts'

/*
 * What is measured, on loopback: ours and hyperdht, each with a process at either end and one in between for the relay.
 */

export interface Ways {
  readonly ours: Remote<Near>
  readonly hyper: Remote<Near>
  close(): Promise<void>
}

export async function openWays(): Promise<Ways> {
  const children: Remote<unknown>[] = []
  const start = async <Api>(file: string, argument: object): Promise<Remote<Api>> => {
    const args = [join(import.meta.dirname, file), JSON.stringify(argument)]
    const child = await Remote.start<Api>(file, spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
    children.unshift(child)
    return child
  }
  const ready = async <Ready>(file: string, argument: object): Promise<Ready> => {
    return (await start(file, argument)).ready as Ready
  }

  const { address } = await ready<OurRelay>('our-relay.ts', {})
  const oursFar = await ready<OursFar>('ours.ts', { relay: address })
  const hyperRelay = await ready<HyperRelay>('hyper.ts', { role: 'relay' })
  const hyperFar = await ready<HyperFar>('hyper.ts', { role: 'far', ...hyperRelay })
  return {
    ours: await start<Near>('near-ours.ts', oursFar),
    hyper: await start<Near>('near-hyper.ts', { ...hyperRelay, ...hyperFar }),
    async close() {
      for (const child of children) await child.kill()
    },
  }
}
