import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sync, syncFolder } from '../../platform/database-create.ts'
import type { IdentityFiles } from './unlock.ts'

/*
 * An account that comes to a fresh folder with what it has: from another device, or from a backup. The database is made beside
 * its place; keys.json is written; the database moves into its place. Keys make an account, so a folder in which that was
 * broken off is as fresh as before, or whole at the next start.
 */

/** Beside the database's place, until the keys are written. */
export function arrivingDatabase(files: IdentityFiles): string {
  return `${files.database}.arriving`
}

/** Nothing of an arrival that did not come to its end. */
export async function clearArrival(files: IdentityFiles): Promise<void> {
  const folder = dirname(files.database)
  const ours = basename(arrivingDatabase(files))
  // What SQLite and migrations leave beside it too.
  for (const name of await readdir(folder)) if (name.startsWith(ours)) await rm(join(folder, name), { force: true })
}

/** What was made is on the disk, before the keys say that it is there. */
export function syncArrival(files: IdentityFiles): void {
  const arriving = arrivingDatabase(files)
  sync(arriving)
  syncFolder(dirname(arriving))
}

/** The last step, also at the first start after a process was ended before it. */
export async function settleArrival(files: IdentityFiles): Promise<void> {
  const arriving = arrivingDatabase(files)
  if (existsSync(arriving) && existsSync(files.keys) && !existsSync(files.database)) {
    await rename(arriving, files.database)
    syncFolder(dirname(files.database))
  }
  await clearArrival(files)
}
