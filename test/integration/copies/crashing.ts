import { join } from 'node:path'
import { openDatabase, type Database } from '../../../src/main/platform/database.ts'
import { SiteName, type SiteCid } from '../../../src/shared/model/sites.ts'
import { alice, noiseOf, sourceOf, town, type Files, type Resident, type Town } from './copy-town.ts'
import { holdsAll, treeOf } from './holders.ts'

/*
 * A device that keeps, drops and makes copies without a pause, as a process of its own that is ended at any moment:
 * `node crashing.ts <folder> <seed>`. Says when it begins.
 */

export const keptSites = ['a.peer', 'b.peer'].map((name) => SiteName.parse(name))
const made = SiteName.parse('own.peer')

export function databaseAt(folder: string): Database {
  return openDatabase(join(folder, 'latch.db'), new Uint8Array(32).fill(7))
}

export function copiesAt(folder: string): string {
  return join(folder, 'copies')
}

/** Three that have much in common. */
export const versions: readonly Files[] = [0, 1, 2].map((at) => {
  const texts = Array.from({ length: 40 }, (_, page) => [`page ${page}.html`, `${page % 7 === 0 ? at : 0} ${page}`] as const)
  return { ...Object.fromEntries(texts), 'same.bin': noiseOf(900_000, 1), 'other.bin': noiseOf(700_000, 2 + at) }
})

/** Somebody who has all of them, and what their zones would name. */
export async function ownerOfAll(where: Town): Promise<{ owner: Resident; cids: readonly SiteCid[] }> {
  const owner = await where.resident({ bare: true })
  const trees = await Promise.all(versions.map((files) => treeOf(files)))
  await holdsAll(owner, new Map(trees.flatMap(({ blocks }) => [...blocks])))
  return { owner, cids: trees.map(({ cid }) => cid) }
}

/** From a seed, whole numbers below one that is given. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 8) % below
  }
}

async function live(folder: string, seed: number): Promise<never> {
  const where = await town()
  const random = randomOf(seed)
  const { owner, cids } = await ownerOfAll(where)
  const point = (site: SiteName): void => {
    where.zones.set(site, { owner: alice, cid: cids[random(cids.length)] ?? null, signedMs: 0, devices: [owner.peerId] })
  }
  keptSites.forEach(point)
  const database = databaseAt(folder)
  process.stdout.write('begins\n')
  const { copies } = await where.resident({ at: { folder: copiesAt(folder), database } })
  for (;;) {
    const what = random(6)
    const site = keptSites[random(keptSites.length)] ?? made
    point(site)
    if (what < 3) await copies.keep(site).catch(() => {})
    else if (what === 3) void copies.drop(site).catch(() => {})
    else if (what === 4) await copies.maker.make(made, sourceOf(versions[random(3)] ?? {}), new AbortController().signal, () => {})
    else await copies.maker.unmake(made)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const [, script, folder, seed] = process.argv
if (script?.endsWith('crashing.ts') === true && folder !== undefined) await live(folder, Number(seed))
