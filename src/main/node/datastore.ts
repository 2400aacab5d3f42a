import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LevelDatastore } from 'datastore-level'
import type { Datastore } from 'interface-datastore'
import { LatchError } from '../../shared/errors.ts'
import { KiB } from '../../shared/units.ts'
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
  // The wrapper drops LevelDB's reason. A disk that is full or may not be written damages nothing, and would keep a new
  // store from opening as well: then it is left where it is.
  if (!(await takesFiles(folder))) throw new LatchError('DAMAGED', unreadable(folder), { cause: opened.error })

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

/** As much as LevelDB needs to begin with. */
const PROBE_BYTES = 64 * KiB

async function takesFiles(folder: string): Promise<boolean> {
  const probe = join(folder, 'probe')
  try {
    await writeFile(probe, new Uint8Array(PROBE_BYTES), { flush: true })
    await rm(probe)
    return true
  } catch {
    await rm(probe, { force: true }).catch(() => {})
    return false
  }
}

function unreadable(folder: string): string {
  return `${folder} could not be opened, and was left as it is. Look at the free space of the disk and at who may write there; the log has the reason.`
}

async function openLevel(folder: string): Promise<LevelDatastore> {
  const level = new LevelDatastore(folder)
  await level.open()
  return level
}
