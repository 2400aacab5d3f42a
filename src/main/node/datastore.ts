import { rename } from 'node:fs/promises'
import { LevelDatastore } from 'datastore-level'
import type { Datastore } from 'interface-datastore'
import type { Clock } from '../platform/clock.ts'

export interface OpenedDatastore {
  readonly datastore: Datastore
  readonly warnings: string[]
  readonly close: () => Promise<void>
}

/**
 * libp2p's own store: addresses of peers, what the DHT holds for others, the WebRTC certificate. All of it can be had
 * again, so a damaged one is set aside, said so, and a new one begun.
 */
export async function openDatastore(folder: string, clock: Clock): Promise<OpenedDatastore> {
  const opened = await openLevel(folder).catch((error: unknown) => ({ error }))
  if (!('error' in opened)) return { datastore: opened, warnings: [], close: () => opened.close() }

  const aside = `${folder}.damaged-${clock.nowMs()}`
  try {
    await rename(folder, aside)
  } catch {
    throw opened.error
  }
  const fresh = await openLevel(folder)
  return {
    datastore: fresh,
    warnings: [`${folder} could not be read and is now ${aside}. It held addresses of peers; they are learnt again.`],
    close: () => fresh.close(),
  }
}

async function openLevel(folder: string): Promise<LevelDatastore> {
  const level = new LevelDatastore(folder)
  await level.open()
  return level
}
