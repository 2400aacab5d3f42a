import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { SiteCid } from '../../../src/shared/model/sites.ts'
import { idOfCid } from '../../../src/main/features/copies/dag/block-id.ts'
import { readFile } from '../../../src/main/features/copies/dag/read-file.ts'
import { survey, type GetBlock } from '../../../src/main/features/copies/dag/survey.ts'
import { migrations } from '../../../src/main/features/copies/migrations.ts'
import { BlockFiles } from '../../../src/main/features/copies/store/block-files.ts'
import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import type { Database } from '../../../src/main/platform/database.ts'
import { eventually } from '../../helpers/eventually.ts'
import { alice, town, whole, type Files } from './copy-town.ts'
import { copiesAt, databaseAt, keptSites, ownerOfAll, randomOf, versions } from './crashing.ts'

const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const CRASHES = Number(process.env['CRASHES'] ?? 32)
/** Each on what those before it left. */
const CRASHES_OF_FOLDER = 4
afterAll(() => console.info(`copies in a process that is ended: seeds ${SEED} to ${SEED + CRASHES - 1}`))

/** A device that is ended somewhere in the first second of its life. */
async function livesAndDies(folder: string, seed: number): Promise<void> {
  const script = fileURLToPath(new URL('crashing.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const over = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), over])
  await delay(systemClock, randomOf(seed)(1_000), new AbortController().signal)
  child.kill('SIGKILL')
  const [, signal] = (await over) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
}

/** What the database calls whole. */
function calledWhole(database: Database): SiteCid[] {
  const all = database.prepare<[], { cid: string }>('SELECT cid FROM copies WHERE cid IS NOT NULL UNION SELECT cid FROM copy_made').all()
  return all.map(({ cid }) => SiteCid.parse(cid))
}

/** All of a tree, from nothing but the files on the disk. */
async function onDisk(folder: string, cid: SiteCid): Promise<Files> {
  const files = new BlockFiles(join(copiesAt(folder), 'blocks'))
  const get: GetBlock = async (id) => {
    const block = await files.read(id)
    if (typeof block === 'string') throw new Error(`block ${id} of ${cid} is ${block}`)
    return block
  }
  const { signal } = new AbortController()
  const found = await survey(idOfCid(cid) ?? '', get, signal)
  const read = found.files.map(async (file) => {
    const pieces: Uint8Array[] = []
    for await (const piece of readFile(file, get, signal, { start: 0, end: file.bytes })) pieces.push(piece)
    return [file.path, Buffer.concat(pieces)] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

async function areWhole(folder: string, database: Database, published: readonly SiteCid[]): Promise<number> {
  const cids = calledWhole(database)
  for (const cid of cids) {
    const files = await onDisk(folder, cid)
    const version = versions[published.indexOf(cid)] ?? {}
    expect(Object.keys(files).toSorted()).toEqual(Object.keys(version).toSorted())
    for (const [path, bytes] of Object.entries(version)) expect(Buffer.compare(Buffer.from(files[path] ?? ''), Buffer.from(bytes))).toBe(0)
  }
  return cids.length
}

/** Files of blocks, and blocks that are written down. */
async function leftOf(folder: string, database: Database): Promise<{ files: string[]; lines: string[] }> {
  const names = await readdir(join(copiesAt(folder), 'blocks'), { recursive: true }).catch(() => [])
  const files = names.filter((name) => name.length > 60).map((name) => name.slice(3))
  const lines = database.prepare<[], { id: string }>('SELECT lower(hex(id)) AS id FROM copy_blocks').all()
  return { files: files.toSorted(), lines: lines.map(({ id }) => id).toSorted() }
}

/** The device begins once more: what was being fetched goes on, and what nobody needs goes away. */
async function goesOn(folder: string, database: Database, seed: number): Promise<void> {
  const where = await town()
  onTestFinished(() => where.close())
  const { owner, cids } = await ownerOfAll(where)
  for (const site of keptSites) {
    where.zones.set(site, { owner: alice, cid: cids[seed % cids.length] ?? null, signedMs: 0, devices: [owner.peerId] })
  }
  const device = await where.resident({ at: { folder: copiesAt(folder), database } })
  for (const { site } of device.copies.list()) await whole(device, site)
  const unneeded = database.prepare(
    `SELECT cid FROM copy_trees WHERE cid NOT IN (SELECT cid FROM copies WHERE cid IS NOT NULL UNION SELECT cid FROM copy_made)`,
  )
  await eventually('what nobody needs is gone', async () => {
    const { files, lines } = await leftOf(folder, database)
    return JSON.stringify(files) === JSON.stringify(lines) && unneeded.all().length === 0
  })
  await areWhole(folder, database, cids)
  const ofNobody = 'SELECT count(*) AS n FROM copy_tree_blocks WHERE tree NOT IN (SELECT id FROM copy_trees)'
  expect(database.prepare<[], { n: number }>(ofNobody).get()).toEqual({ n: 0 })
  await where.close()
}

test('whenever the process is ended, what is called whole is whole, and what was being fetched goes on', async () => {
  const where = await town()
  onTestFinished(() => where.close())
  const { cids } = await ownerOfAll(where)
  let checked = 0
  for (let first = SEED; first < SEED + CRASHES; first += CRASHES_OF_FOLDER) {
    const folder = await mkdtemp(join(tmpdir(), 'latch-crash-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    for (let seed = first; seed < Math.min(first + CRASHES_OF_FOLDER, SEED + CRASHES); seed++) {
      await livesAndDies(folder, seed)
      const database = databaseAt(folder)
      onTestFinished(() => database.close())
      // It may have ended before there was a table.
      database.migrate('copies', migrations)
      checked += await areWhole(folder, database, cids).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error })
      })
      // On some, the next life begins on the ruins of this one.
      if (seed % 2 === 0) await goesOn(folder, database, seed)
      database.close()
    }
  }
  expect(checked).toBeGreaterThan(0)
}, 480_000)
